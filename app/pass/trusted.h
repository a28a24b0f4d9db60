/* app/pass/trusted.h - what the trust stage made of a pass. */
#ifndef WEFT_APP_PASS_TRUSTED_H
#define WEFT_APP_PASS_TRUSTED_H

#include "api/finding.h"
#include "base/map.h"
#include "ci/plan.h"

/* The certificates of a mesh that could not be served. */
struct mesh_failure {
    const char *virtual_mesh, *mesh; /* keys */
    enum approval_state state;
    const char *text;
};

struct trusted {
    struct findings remarks; /* about the output branch as a whole */
    struct plan_due *due;    /* certificates that are due (dry) or were issued */
    size_t due_count;
    struct mesh_failure *failures; /* shown again when the plan is made again after a lost race */
    size_t failure_count;
    struct map *proven; /* by path: deliveries that the self-test of this pass has seen */
};

#endif
