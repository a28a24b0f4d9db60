/* report/report.h - a pass as plain data: the one source of the table, Markdown, JSON and metrics.
 * app/pass/report.c fills it; whatever prints or measures a pass reads nothing else. */
#ifndef WEFT_REPORT_REPORT_H
#define WEFT_REPORT_REPORT_H

#include "api/finding.h"
#include "api/object_kind.h"
#include "sync/publish.h"

/* How far a pass came: monitoring keeps the former value of what it cannot have seen. */
enum report_reach {
    REACHED_NOTHING,
    REACHED_STATE,    /* the ledger is loaded */
    REACHED_SPECS,    /* they are decoded */
    REACHED_CLUSTERS, /* they were asked, or need not be */
};

struct report_due {                  /* something of the trust that is due, or was issued */
    const char *virtual_mesh, *mesh; /* mesh "" = the root */
    const char *what;                /* "root", "intermediate", "rotation step" */
    const char *why;
    bool attention; /* a step of a rotation rather than a certificate alone */
};

struct report_loss { /* what the change takes away */
    const char *cluster;
    const char *object; /* "AuthorizationPolicy of Service shop/cart" */
    const char *effect; /* "the Service is open to every workload from then on" */
    const char *why;
    bool meant; /* the specs show that; else the deletion limit holds the pass */
};

struct report_stage {
    const char *name; /* "publish" */
    double seconds;
};

struct report_rotation { /* of a virtual mesh in the specs */
    const char *virtual_mesh;
    enum rotation_state state;
    int step;
    int64_t entered; /* 0: never */
};

struct report_certificate {          /* that clusters hold or are about to get */
    const char *virtual_mesh, *mesh; /* mesh "" = a root */
    const char *fingerprint;
    int64_t not_after, renewal; /* renewal: when weft renews it */
};

struct report_cluster { /* that has an API server in the configuration */
    const char *cluster;
    bool answers, refuses;
    int64_t at; /* when it was seen, by its own clock; 0: it was not */
};

struct report_api_error {
    const char *server;
    int code; /* of HTTP; 0: no answer */
    size_t count;
};

struct report_posts { /* statuses on the management cluster */
    const char *result;
    size_t count;
};

struct report_proposal { /* to the output branch */
    const char *branch, *commit;
    int64_t number;  /* of the pull request; 0: it is not open yet */
    const char *url; /* of it; "" */
    int64_t since;   /* when it was first proposed, seconds since 1970 */
    bool closed;     /* the pull request was closed and not merged */
};

struct report_inventory { /* a cluster as discovery has it */
    const char *cluster;
    const char *read; /* "ok", "kept", "refused" */
    const char *why;  /* "" */
    bool complete;    /* this pass read it as a whole */
    bool stale;       /* it did not, and the last one that did was longer ago than staleAfter */
    int64_t at;       /* when a pass last did, seconds since 1970; 0: not known */
    size_t meshes, destinations, workloads, held;
    double seconds; /* that this pass took to read it; 0: its server was not asked */
};

/* All is in the arena of the pass.  Lists that the pass did not come to are empty. */
struct report {
    const char *version;    /* of weft */
    const char *result;     /* "converged", "refused", "failed", "elsewhere" */
    const char *error;      /* NULL: the pass did not fail */
    int64_t time, finished; /* seconds since 1970; last_success: 0: none is remembered */
    int64_t last_success;
    bool dry, unchanged; /* unchanged: nothing was new since the last pass */
    enum report_reach reached;

    const char *specs_url, *specs_ref, *specs_commit; /* commit "": not fetched */
    const char *specs_folder; /* of a plan of a folder, which has no commit; NULL: of a commit */
    const char *specs_base;   /* of a comparison of two commits: the first; NULL: this is a pass */
    const char *output_url, *output_branch;
    const char *output_tip;    /* as the pass found the branch; "": it does not exist */
    const char *output_commit; /* as the pass left it; "": not known */
    bool committed;
    const struct report_proposal *proposal; /* that waits; NULL: none */
    const struct change *changes;
    size_t change_count;
    const struct report_loss *losses;
    size_t loss_count;
    const char *inventory_url;
    const char *inventory_branch; /* NULL: no inventory is rendered */
    const char *inventory_commit; /* that is rendered; "": of a dry pass that would change it */
    const struct change *inventory_changes;
    size_t inventory_change_count;
    const struct report_inventory *inventories; /* none when no cluster was asked */
    size_t inventory_count;
    const char
        *refusal; /* of a dry pass: why the next one would not publish this; NULL: it would */
    const struct report_due *due;
    size_t due_count;
    const struct vm_status *const *statuses; /* of each VirtualMesh */
    size_t status_count;
    const struct policy_status *policies; /* of each AccessPolicy */
    size_t policy_count;
    const struct findings *findings;
    const struct diags *diags;

    const struct report_stage *stages;
    size_t stage_count;
    size_t refused[KIND_COUNT];         /* objects of the specs */
    size_t states[APPROVAL_FAILED + 1]; /* virtual meshes that the state records */
    const struct report_rotation *rotations;
    size_t rotation_count;
    const struct report_certificate *certificates;
    size_t certificate_count;
    const struct report_cluster *clusters;
    size_t cluster_count;
    const struct report_api_error *api_errors;
    size_t api_error_count;
    const struct report_posts *posts; /* NULL: no status was posted */
    size_t post_count;
    bool posts_wanted; /* there is a management cluster */
};

#endif
