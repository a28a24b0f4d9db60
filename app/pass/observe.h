/* app/pass/observe.h - what clusters, their istiods and their GitOps tools show. */
#ifndef WEFT_APP_PASS_OBSERVE_H
#define WEFT_APP_PASS_OBSERVE_H

#include "app/loading.h"
#include "app/pass/resolve.h"
#include "rotation/observation.h"

struct observed {
    struct observation *observations; /* one for each mesh with trust */
    struct evidence *evidence;        /* what they amount to, in the same order */
    struct evidence *former; /* of what is published while a step waits to be, where one does */
    size_t former_count;
    struct loading *loadings; /* likewise, by what earlier passes recorded; NULL without
                                 --workloads */
    size_t count;
    struct evidence_policy policy; /* of the configuration, longer where an istiod issues leaves
                                      that live longer */
    struct snapshot **applied;     /* commits of the output branch that clusters have applied */
    size_t applied_count;
};

/* Asks all at once.  A server that does not answer is an observation, and a warning. */
void pass_observe(struct observed *out, struct session *session, const struct inputs *inputs,
                  const struct plan *plan);
/* Releases the snapshots. */
void pass_observe_close(struct observed *observed);

#endif
