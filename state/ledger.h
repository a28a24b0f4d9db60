/* state/ledger.h - what must be remembered from pass to pass, as plain data.  state/ loads and
 * saves it; pki fills it. A row that was added or changed has changed = true; a save writes those,
 * in one transaction. */
#ifndef WEFT_STATE_LEDGER_H
#define WEFT_STATE_LEDGER_H

#include "api/certificate.h"
#include "api/status.h"
#include "base/arena.h"
#include "base/err.h"

/* What state/ is given of the state key: its name, and a MAC under a key that is derived from it
 * for the rows of the state (custody_ledger_key).  It lives as long as what it came from. */
struct ledger_key {
    const char *id;
    int (*mac)(const void *context, unsigned char out[32], const void *bytes, size_t len,
               struct err *err);
    const void *context;
};

struct sealed { /* a private key under the state key; never plain (docs/rotation.md) */
    const unsigned char *bytes;
    size_t len; /* 0: there is no key here any more */
};

enum key_state { KEY_NEXT, KEY_ACTIVE, KEY_RETIRED, KEY_DESTROYED };
extern const struct enum_table key_states;

/* How a CA came into the ledger, which also says what can sign with it (pki/issuer.h). */
enum root_origin {
    ORIGIN_GENERATED, /* weft made it */
    ORIGIN_GIVEN,     /* rootCertificateAuthority.secret names it */
    ORIGIN_ADOPTED,   /* a cluster trusted it before it joined; only its certificate is known */
    ORIGIN_VAULT /* intermediateCertificateAuthority.vault names it; Vault signs with its key */
};
extern const struct enum_table
    root_origins; /* as stored: "generated", "secret", "adopted", "vault" */

struct ledger_root {
    const char *id;           /* its fingerprint: SHA-256 of the certificate's DER, hex */
    const char *virtual_mesh; /* "namespace/name"; "": none, a cluster came with it
                                 (given_root_import_adopt) */
    uint32_t generation;      /* 1, 2, ...: the g<N> of its name */
    enum key_state state;
    enum root_origin origin;
    const char *cert_pem;  /* these bytes never change (docs/rotation.md) */
    const char *chain_pem; /* certificates between it and its self-signed root when the given CA is
                              an intermediate; "" */
    const char *spki;      /* SHA-256 of its SubjectPublicKeyInfo, hex */
    int64_t not_before, not_after, created;
    struct sealed key;
    bool changed;
    struct ledger_root *next;
};

struct ledger_intermediate {
    const char *id; /* SHA-256 of the certificate's DER, hex */
    const char *virtual_mesh;
    const char *mesh; /* key of the Mesh object */
    const char *cluster;
    const char *namespace; /* of istiod */
    const char *root;      /* id of the root that signed it */
    uint32_t generation;
    enum key_state state;
    const char *cert_pem;
    const char *serial; /* hex */
    const char *spki;
    int64_t not_before, not_after, created;
    struct sealed key;
    const char *options; /* what it was made with, so that a pass need not read a certificate to see
                            that nothing changed (intermediate_options); "" in rows of schema 1 */
    bool changed;
    struct ledger_intermediate *next;
};

/* For whom a delivered file is.  Stored as one text: the fingerprint, or "direct", or "age:" and
 * the fingerprint. */
enum recipient_kind {
    RECIPIENT_KEY,     /* a SealedSecret, which only the owner of a private key can open */
    RECIPIENT_CLUSTER, /* weft wrote the Secret into the cluster itself, and the file is a receipt
                        */
    RECIPIENT_AGE,     /* as RECIPIENT_KEY, for a list of age recipients */
    RECIPIENT_AGENT    /* public files alone, for the agent that has the key in the cluster */
};
extern const struct enum_table
    recipient_kinds; /* as stored: "" means a key; "direct", "age", "csr" */
struct delivery_recipient {
    enum recipient_kind kind;
    const char *fingerprint; /* hex: SHA-256 of the key's SubjectPublicKeyInfo, of the list of
                                age recipients, or of the agent's cluster and namespace; else "" */
};

/* A delivered file: kept so that the same plaintext is not encrypted a second time and a pass after
 * a crash pushes the same bytes. */
struct ledger_delivery {
    const char *path; /* below the output path: "clusters/a/trust/istio-system.cacerts.yaml" */
    const char *virtual_mesh;
    const char *mesh;
    struct delivery_recipient recipient;
    const char *digest;         /* HMAC-SHA-256(state key, recipient || plaintext), hex */
    const char *content;        /* the encrypted manifest, or the receipt */
    const char *mark;           /* desired_material of what is in it; "" in rows of schema 1 */
    const char *content_digest; /* SHA-256 of content when it was stored, hex; state/ sees to it */
    bool
        damaged; /* what was in the state is not that, and content is ""; see app/pass/takeover.c */
    bool changed, gone; /* gone: the row is deleted by a save, and not found any more */
    struct ledger_delivery *next;
};

struct ledger_rotation { /* the state machine of docs/rotation.md, one row for each VirtualMesh with
                            shared trust */
    const char *virtual_mesh;
    const char *id; /* rotation id; "" = never rotated */
    enum rotation_state state;
    int step; /* 0..3: what the last commit asked of every cluster */
    const char *old_root, *new_root, *pending_root; /* ids, "" = none */
    int64_t entered, deadline;
    const char
        *detail; /* JSON of pki's own: evidence seen by cluster, approvals, holds; "" = none */
    const char *deployed_trust; /* deployedSharedTrust as JSON; "" = none */
    /* The same, decoded when the ledger is loaded or ledger_set_deployed sets it; not stored. NULL:
     * none, or it cannot be read. */
    const struct shared_trust *deployed;
    const char *deployed_root; /* id */
    const char *conditions;    /* JSON list, oldest first; "" = none */
    const void
        *parsed; /* pki's own: detail as structs, and the text that it was read from; not stored */
    const char *parsed_from;
    bool changed;
    struct ledger_rotation *next;
};

struct ledger_publication { /* one for each output repository and branch */
    const char *repository, *branch;
    const char *commit;       /* last one pushed or seen by us */
    const char *specs_commit; /* what it was rendered from */
    const char *inputs;       /* digest of everything that the rendering depends on, hex */
    uint64_t counter; /* monotonic; also in the commit's trailer: an older state is recognised */
    int64_t published;
    bool changed;
    struct ledger_publication *next;
};

struct ledger_status { /* the last status of each VirtualMesh, so that it is posted on change only
                        */
    const char *virtual_mesh;
    enum approval_state state;
    const char *digest; /* of the posted status */
    const char *json;   /* the status */
    int64_t updated;
    bool changed, gone; /* gone: the row is deleted by a save */
    struct ledger_status *next;
};

/* A workload that weft restarted for new trust: at most once for each epoch. */
struct ledger_restart {
    const char *virtual_mesh;
    const char *mesh;             /* key of the Mesh object */
    const char *epoch;            /* what it was restarted for: a desired_material */
    const char *kind;             /* "Deployment", "DaemonSet", "StatefulSet" */
    const char *namespace, *name; /* of the workload */
    int64_t at;                   /* seconds */
    int settled;                  /* 1: its rollout was seen complete */
    bool changed, gone;           /* gone: the row is deleted by a save */
    struct ledger_restart *next;
};

struct ledger_rename { /* a virtual mesh has another name: done by the next save, before all rows */
    const char *from, *to;
    struct ledger_rename *next;
};

enum run_result {
    RUN_CONVERGED,
    RUN_REFUSED,
    RUN_FAILED,
    RUN_ELSEWHERE /* another pass was running, so this one did nothing; never stored */
};
extern const struct enum_table run_results; /* "converged", "refused", "failed", "elsewhere" */

struct ledger_run {
    int64_t started, finished;
    enum run_result result;
    const char *specs_commit, *output_commit, *message;
    int64_t row; /* state/'s own; 0: not saved yet */
    bool changed;
    struct ledger_run *next;
};

/* One of the few values that need no table of their own. */
struct ledger_fact {
    const char *name;  /* one of the names below */
    const char *value; /* as text */
    bool changed;
    struct ledger_fact *next;
};
#define FACT_STATE "state_id"      /* by which commits of this state are known, hex */
#define FACT_CONVERGED "converged" /* when a pass last converged, seconds since 1970 */
#define FACT_REQUESTS "requests"   /* of operators that were taken last (state/inbox.c) */
#define FACT_FINDINGS "findings"   /* of the last pass that read the specs: a list in JSON */
#define FACT_INVENTORY                                                                             \
    "inventory" /* its branch, its last commit, and what damping keeps: a map in JSON */
#define FACT_UNREACHABLE                                                                           \
    "unreachable" /* clusters that did not answer the last pass: a list in JSON */
#define FACT_SPLIT                                                                                 \
    "split" /* where the output branch and those of clusters were when they agreed: a digest */
#define FACT_ATTESTED "attested" /* tip of the output branch up to which commits have notes */
#define FACT_PROPOSAL                                                                              \
    "proposal" /* commits that were proposed, and their pull request: a map in JSON */
#define FACT_ARTIFACTS "artifacts" /* what output.oci holds of each cluster: a map in JSON */

/* The rows that were added last, so that adding one need not walk its list.  Code that takes rows
 * out of a list clears it; ledger_add_* only. */
struct ledger_last {
    struct ledger_root *roots;
    struct ledger_intermediate *intermediates;
    struct ledger_delivery *deliveries;
    struct ledger_rotation *rotations;
    struct ledger_publication *publications;
    struct ledger_status *statuses;
    struct ledger_restart *restarts;
    struct ledger_fact *facts;
};

struct ledger {
    struct arena *arena;
    struct ledger_root *roots;
    struct ledger_intermediate *intermediates;
    struct ledger_delivery *deliveries;
    struct ledger_rotation *rotations;
    struct ledger_publication *publications;
    struct ledger_status *statuses;
    struct ledger_restart *restarts;
    struct ledger_fact *facts;
    struct ledger_rename *renames;
    struct ledger_run *runs; /* the newest first; only the last few are loaded */
    struct ledger_last last;
};

/* New rows at the end of their list (a run at its beginning), zeroed, changed = true. */
struct ledger_root *ledger_add_root(struct ledger *ledger);
struct ledger_intermediate *ledger_add_intermediate(struct ledger *ledger);
struct ledger_delivery *ledger_add_delivery(struct ledger *ledger);
struct ledger_rotation *ledger_add_rotation(struct ledger *ledger);
struct ledger_publication *ledger_add_publication(struct ledger *ledger);
struct ledger_status *ledger_add_status(struct ledger *ledger);
struct ledger_restart *ledger_add_restart(struct ledger *ledger);
struct ledger_fact *ledger_add_fact(struct ledger *ledger);
struct ledger_run *ledger_add_run(struct ledger *ledger);

/* NULL: absent. */
struct ledger_root *ledger_find_root(const struct ledger *ledger,
                                     const char *id); /* of a virtual mesh rather than of none */
struct ledger_intermediate *ledger_find_intermediate(const struct ledger *ledger, const char *id);
struct ledger_intermediate *ledger_active_intermediate(const struct ledger *ledger,
                                                       const char *virtual_mesh, const char *mesh);
struct ledger_delivery *ledger_find_delivery(const struct ledger *ledger, const char *path);
struct ledger_rotation *ledger_find_rotation(const struct ledger *ledger, const char *virtual_mesh);
struct ledger_publication *ledger_find_publication(const struct ledger *ledger,
                                                   const char *repository, const char *branch);
struct ledger_status *ledger_find_status(const struct ledger *ledger, const char *virtual_mesh);
struct ledger_fact *ledger_find_fact(const struct ledger *ledger, const char *name);

/* Sets deployed_trust and deployed; json must live as long as the ledger.  Does not mark the row
 * changed. */
void ledger_set_deployed(struct ledger_rotation *row, const char *json, struct arena *arena);

/* A time among the facts; 0: it is not there, or no time. */
int64_t ledger_time(const struct ledger *ledger, const char *name);
void ledger_set_time(struct ledger *ledger, const char *name, int64_t at);
/* Copies value; name must be one of the FACT_ constants. */
void ledger_set_fact(struct ledger *ledger, const char *name, const char *value);

#endif
