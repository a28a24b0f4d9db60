/* app/pass/session.h - what a pass works with from its beginning to its end: configuration,
 * options, servers, lock, and what is remembered. */
#ifndef WEFT_APP_PASS_SESSION_H
#define WEFT_APP_PASS_SESSION_H

#include "app/config.h"
#include "app/options.h"
#include "app/progress.h"
#include "app/server_pool.h"
#include "app/vault_pool.h"
#include "k8s-job/apply/lease.h"
#include "pki/custody.h"
#include "pki/trust_request.h"
#include "state/store.h"
#include "sync/cluster_branch.h"

/* Whether this pass may work on the output branch (app/pass/lock.c). */
enum lock_state {
    LOCK_NONE,      /* no Lease is wanted, or the management cluster could not be asked */
    LOCK_HELD,      /* this pass holds the Lease */
    LOCK_ELSEWHERE, /* another pass holds it: holder says which */
    LOCK_LOST,      /* another pass took it from this one */
};

struct pass_lock {
    enum lock_state state;
    struct lease *lease; /* while LOCK_HELD; else NULL */
    const char *holder;  /* one line for people, while LOCK_ELSEWHERE */
};

/* Start with config, options, progress, arena and dry; session_close releases the rest. */
struct session {
    const struct config *config;
    const struct options *options;
    struct progress *progress;
    struct arena *arena;             /* of everything that the pass makes */
    const struct approved *approved; /* the only plan that this pass may carry out; NULL: any */
    bool dry; /* nothing is issued, saved, pushed or posted: plan, evidence, --dry-run */
    struct pass_lock lock;
    struct custody *custody;              /* NULL when dry */
    struct ssh_key *signing_key;          /* of commits; NULL: they are not signed */
    struct ledger_key row_key;            /* of the custody */
    struct store *store;                  /* NULL until session_open_state */
    struct ledger ledger;                 /* what the store holds, and what this pass adds to it */
    const struct cluster_branches *split; /* the branches of clusters as this pass brought them to
                                             the output branch (app/pass/cluster_split.h); NULL:
                                             it did not look at them */
    struct servers servers;
    struct root_reader given_roots; /* where rootCertificateAuthority.secret is read */
    struct vault_pool vaults;       /* where intermediateCertificateAuthority.vault is asked */
    struct remote_ca remote;        /* the same, for pki */
    struct agents *agents;          /* what agents of clusters ask for; NULL: not read yet */
    struct blob_memory *memory;     /* holds the contents that a dry pass renders; else NULL */
};

/* Prepares servers and memory; opens nothing. */
void session_begin(struct session *session);
/* Opens the state and loads the ledger.  A dry pass reads only, and needs no key: then the
 * certificates are checked against their rows. */
MUST_USE int session_open_state(struct session *session, struct err *err);
/* Releases the Lease, the connections, the state and its key.  The arena is the caller's. */
void session_close(struct session *session);
/* Where the cacerts of a mesh, or the receipt for it, is on the output branch; in the arena. */
const char *session_trust_path(const struct session *session, const struct mesh_identity *mesh,
                               struct arena *arena);
static inline void auto_session_close(struct session *session) { session_close(session); }
#define AUTO_SESSION __attribute__((cleanup(auto_session_close))) struct session

#endif
