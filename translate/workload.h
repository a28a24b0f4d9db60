/* translate/workload.h - which workloads an AccessPolicy lets in, for its status (Q48). */
#ifndef WEFT_TRANSLATE_WORKLOAD_H
#define WEFT_TRANSLATE_WORKLOAD_H

#include "translate/resolved.h"

/* Fills status->workloads: those that some entry of sourceSelector matches and that are in the
 * mesh, or the VirtualMesh, of a Destination in status->destinations. */
void workload_match_all(const struct resolved *resolved, const struct access_policy *policy,
                        struct policy_status *status, struct arena *arena);

#endif
