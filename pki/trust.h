/* pki/trust.h - the only maker of keys and certificates: gives every VirtualMesh its root and every
 * mesh its intermediate. */
#ifndef WEFT_PKI_TRUST_H
#define WEFT_PKI_TRUST_H

#include "api/annotation.h"
#include "pki/custody.h"
#include "pki/given_root.h"
#include "pki/key.h"
#include "pki/trust_request.h"
#include "rotation/clock.h"
#include "rotation/evidence.h"
#include "state/ledger.h"

/* Where the trust of a virtual mesh stands by its record on the output branch: further than in the
 * ledger when that is an older one, restored from a backup. */
struct trust_branch {
    const char *virtual_mesh;
    const char *rotation; /* id; "" = none */
    int step;             /* 0: at rest */
    const char *deployed; /* id of a CA */
};

struct issue_options {
    enum key_type key_type; /* pki.keyType: KEY_RSA follows rsaKeySizeBytes of the API, KEY_EC_P256
                               replaces it */
    int64_t now;            /* seconds */
    /* Called in the caller's thread before the first (done = 0) and after each key of a batch:
     * roots, then intermediates. NULL: nobody watches. */
    void (*progress)(void *context, size_t done, size_t total);
    void *context;
    /* All below may be left zero. */
    /* Called in the caller's thread while keys are made, when some were added to the ledger: a
     * place to save it, so that a pass that is killed need not make them again.  -1 ends the work.
     * Only KEY_NEXT rows are new then: nothing uses them before it was tested. */
    int (*keep)(void *context, struct err *err);
    void *keep_context;
    const struct evidence_policy *policy; /* NULL: evidence_policy_default */
    struct rotation_time time; /* local is always now; a second source makes waits count in full */
    const struct evidence *evidence; /* what is known of clusters, by mesh, in any order */
    size_t evidence_count;
    const struct root_reader
        *given; /* where rootCertificateAuthority.secret is read; NULL: nowhere */
    const struct trust_branch *branches; /* in any order */
    size_t branch_count;
    bool reverted; /* the output branch's trust files are older than the last that weft pushed */
};

/* What could not be done for one mesh: an error of its target_status.  Everything else went on. */
struct issue_failure {
    const char *virtual_mesh; /* "namespace/name" */
    const char *mesh;         /* key of the Mesh object */
    const char *text;         /* for people; no secret */
};

/* What a person should know about the trust of a virtual mesh as a whole; belongs into its status.
 */
struct issue_note {
    const char *virtual_mesh;
    bool error; /* else a warning */
    const char *text;
};

struct issue_result {
    size_t roots, intermediates;    /* made in this pass */
    size_t steps;                   /* virtual meshes whose rotation took a step */
    struct issue_failure *failures; /* in order of requests, then meshes */
    size_t failure_count;
    struct issue_note *notes;
    size_t note_count;
};

/* One pass over the trust of all requests: the state machine decides (rotation.h), what it asks for
 * is issued, tested (selftest.h) and put into the ledger; private keys only sealed.  What is there
 * is reused, never remade; two Mesh objects that share one istiod namespace of a cluster share one
 * intermediate (that of the first by key).  A request whose test fails stays as it was, with an
 * error note. Results live in ledger->arena.  -1 only when nothing can be issued at all; the ledger
 * is then as far as it came, which is safe to save. */
MUST_USE int trust_issue(struct issue_result *out, struct ledger *ledger,
                         const struct trust_request *const *requests, size_t count,
                         const struct custody *custody, const struct issue_options *options,
                         struct err *err);

/* After the push (also when nothing had to be pushed, for it was there already): what was asked of
 * clusters is out there, and waits start. A rotation does not go on before this was called.  Rows
 * change: save them.  now: the time of the push. */
struct trust_delivered { /* whether the certificates of a mesh are out there, as they are to be */
    bool (*is_out)(void *context, const char *virtual_mesh, const char *mesh);
    void *context;
};

/* An operator's word (weft rotation approve, rollback, ...): kept in the ledger until the next pass
 * takes it.  -1 when there is no such virtual mesh, or nothing that the command could mean. */
struct rotation_command;

/* What trust_issue would do, for people: nothing is made or changed. */
struct issue_due {
    const char *virtual_mesh;
    const char *mesh; /* key; "" for a root and a step */
    const char *what; /* "root", "intermediate", "rotation step" */
    const char *why;  /* "the virtual mesh has no root yet" */
};
struct issue_dues {
    struct issue_due *list;
    size_t count;
    struct issue_failure *failures; /* what is known to fail without trying */
    size_t failure_count;
    struct issue_note *notes;
    size_t note_count;
};
void trust_due(struct issue_dues *out, const struct ledger *ledger,
               const struct trust_request *const *requests, size_t count,
               const struct issue_options *options, struct arena *arena);

#endif
