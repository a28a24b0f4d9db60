/* k8s-job/apply/status_limit.h - cuts a status down to what an API server stores.  Pure. */
#ifndef WEFT_K8S_JOB_APPLY_STATUS_LIMIT_H
#define WEFT_K8S_JOB_APPLY_STATUS_LIMIT_H

#include "k8s-job/apply/status_object.h"

/* A copy within the extent; what was left out is counted in the last text of a list. */
struct policy_status status_limit_cap_policy(const struct policy_status *status,
                                             struct status_extent extent, struct arena *arena);
struct vm_status status_limit_cap(const struct vm_status *status, struct status_extent extent,
                                  struct arena *arena);

#endif
