/* app/pass/pass.h - one pass: the stages of docs/architecture.md in their order, and what came of
 * them.
 */
#ifndef WEFT_APP_PASS_PASS_H
#define WEFT_APP_PASS_PASS_H

#include "api/finding.h"
#include "app/config.h"
#include "app/git_access.h"
#include "app/options.h"
#include "app/pass/losses.h"
#include "app/pass/observation.h"
#include "app/progress.h"
#include "app/server_pool.h"
#include "ci/plan.h"
#include "k8s-job/apply/lease.h"
#include "k8s-job/apply/status.h"
#include "pki/custody.h"
#include "pki/trust.h"
#include "state/store.h"
#include "sync/publish.h"
#include "translate/translate.h"

/* How far a pass came: what it cannot have seen, monitoring does not hear from it. */
enum pass_reach {
    REACHED_NOTHING,
    REACHED_STATE,    /* the ledger is loaded */
    REACHED_SPECS,    /* they are decoded */
    REACHED_CLUSTERS, /* they were asked, or need not be */
};

struct mesh_failure {
    const char *virtual_mesh, *mesh; /* keys */
    enum approval_state state;
    const char *text;
};

struct pass {
    const struct config *config;
    const struct options *options;
    struct progress *progress;
    struct arena *arena;
    struct diags diags;
    bool look; /* evidence, rotation plan: it ends before anything would be published */
    bool dry;  /* plan, --dry-run: nothing is issued, saved, pushed or posted */

    struct custody *custody; /* NULL when dry */
    struct ledger_key row_key;
    struct store *store;
    size_t healed; /* deliveries that were damaged in the state */
    struct ledger ledger;
    struct clone *specs_clone, *output_clone;
    struct snapshot *specs_snapshot,
        *output_snapshot; /* output_snapshot NULL: the branch does not exist */
    struct remote_access specs_access, output_access;
    struct servers servers;
    struct root_reader given_roots; /* where rootCertificateAuthority.secret is read */
    struct blob_memory *memory;     /* where contents go when dry */

    char specs_commit[41], output_tip[41];
    uint64_t counter; /* of the commit that is made */
    char inputs[65];  /* digest of all that the rendering depends on */
    size_t files;
    struct specs specs;
    struct plan plan;
    struct findings findings; /* of decoding, translation, trust and delivery; of an idle pass those
                                 that the last one remembered */
    bool gathered;            /* findings are complete */
    struct plan_due *due;     /* certificates that are due (dry) or were issued */
    size_t due_count;
    struct mesh_failure *failures; /* what went wrong with the trust of meshes: replayed when the
                                      plan is made anew */
    size_t failure_count;
    struct map *proven;    /* by path: deliveries that the self-test of this pass has seen */
    struct map *delivered; /* by path: deliveries of the ledger that the last tree held */
    struct publish_result published;
    struct losses losses;       /* what the change takes away */
    const char *refusal;        /* of a dry pass: why the fuse would hold the change; NULL: it would
                                   not */
    struct policy_texts *texts; /* of the tree that was built last */
    struct observation *sights; /* what clusters show, one for each mesh with trust */
    struct evidence_policy policy; /* of the configuration, made longer by what clusters say */
    struct evidence *evidence;     /* what they amount to, in the same order */
    size_t sight_count;
    struct lease *lease;       /* NULL: not held, or not wanted */
    struct snapshot **applied; /* of the output branch, as clusters have applied it */
    size_t applied_count;
    bool turn_lost;                   /* the lease went to another pass */
    const char *elsewhere;            /* another pass is at work: who; this one did nothing */
    struct restart_cluster *restarts; /* what was restarted, one for each cluster */
    size_t restart_count;
    struct status_post *posts; /* what became of statuses on the management cluster */
    size_t post_count;
    enum pass_reach reached;
    int64_t finished; /* when it ended, seconds since 1970 */
    bool stopped;     /* it failed after the specs were resolved */
    bool idle;        /* nothing had changed since the last pass: most stages were skipped */
};

/* 0 when the pass did all that it could (pass_exit tells how it went); -1 when it failed.  In both
 * cases *pass holds what was done, and pass_close releases it. */
MUST_USE int pass_run(struct pass *pass, struct err *err);
void pass_close(struct pass *pass);
static inline void auto_pass_close(struct pass *pass) { pass_close(pass); }
#define AUTO_PASS __attribute__((cleanup(auto_pass_close))) struct pass

/* The output branch into output_clone, output_tip and output_snapshot; after init_git. */
MUST_USE int pass_fetch_output(struct pass *pass, struct err *err);

#endif
