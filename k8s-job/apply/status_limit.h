/* k8s-job/apply/status_limit.h - cuts a status down to what an API server stores.  Pure.
 * docs/kubernetes.md */
#ifndef WEFT_K8S_JOB_APPLY_STATUS_LIMIT_H
#define WEFT_K8S_JOB_APPLY_STATUS_LIMIT_H

#include "k8s-job/apply/status_object.h"

/* A copy within the extent, which allows at least one text in each list; the last text counts what
 * was left out (K9 of k8s-job/messages.h).  Shares the rest with status; lists are in arena. */
struct policy_status status_limit_cap_policy(const struct policy_status *status,
                                             struct status_extent extent, struct arena *arena);
struct vm_status status_limit_cap(const struct vm_status *status, struct status_extent extent,
                                  struct arena *arena);

#endif
