/* ci/plan.h - what the next pass would do, for people, pull requests and scripts. */
#ifndef WEFT_CI_PLAN_H
#define WEFT_CI_PLAN_H

#include "api/finding.h"
#include "api/status.h"
#include "ci/summary.h"

struct plan_due {                    /* something of the trust that is due */
    const char *virtual_mesh, *mesh; /* mesh "" = the root */
    const char *what;                /* "root", "intermediate", "rotation step" */
    const char *why;
};

struct plan_loss { /* what the change takes away */
    const char *cluster;
    const char *object; /* "AuthorizationPolicy of Service shop/cart" */
    const char *effect; /* "the Service is open to every workload from then on" */
    const char *why;
    bool meant; /* the specs say so; else the deletion fuse holds the pass */
};

struct plan_view {
    const char *specs_url, *specs_commit, *output_branch, *output_tip;
    const struct change *changes;
    size_t change_count;
    const struct plan_due *due;
    size_t due_count;
    const struct vm_status *const *statuses; /* of each VirtualMesh, as they would be */
    size_t status_count;
    const struct policy_status *policies; /* of each AccessPolicy */
    size_t policy_count;
    const struct plan_loss *losses;
    size_t loss_count;
    const char *refusal; /* why the next pass would not publish this; NULL: it would */
    const struct findings *findings;
    const struct diags *diags;
    const char *diff; /* NULL: not asked for */
};

enum plan_format { PLAN_TABLE, PLAN_MARKDOWN, PLAN_JSON };
extern const struct enum_table plan_formats; /* "table", "markdown", "json" */

void plan_print(struct text *out, const struct plan_view *view, enum plan_format format,
                struct arena *arena);
bool plan_empty(const struct plan_view *view); /* nothing to do */
/* Each with its status, in a list. */
struct node *plan_policies_node(const struct policy_status *policies, size_t count,
                                struct arena *arena);
/* Each diag as one printed line, in a list. */
struct node *plan_diags_node(const struct diags *diags, struct arena *arena);

#endif
