/* translate/unmatched.h - entries of selectors that select nothing: a name that is spelt wrong
 * there takes policies or federation away and looks like a wish. */
#ifndef WEFT_TRANSLATE_UNMATCHED_H
#define WEFT_TRANSLATE_UNMATCHED_H

#include "translate/resolved.h"

/* What selectors can select; made once for many of them. */
struct selectable;
/* The Services of all meshes, and the callers that the specs show. */
const struct selectable *selectable_all(const struct resolved *resolved, struct arena *arena);

/* Warns of entries of a policy's destinations and sources that select nothing.  Nothing is said
 * while part of the specs cannot be read: it may be there.  Service accounts are judged only for
 * clusters of which Workloads are known, namespaces of callers without any Workload only when a
 * known name is near: Destinations alone do not show who calls. */
void unmatched_policy(const struct selectable *all, const struct access_policy *policy,
                      struct policy_status *status, struct arena *arena);
/* The policy selects nothing at all; call it after the policy was applied. */
void unmatched_effect(const struct resolved *resolved, struct policy_status *status,
                      struct arena *arena);
/* The same of federation and gateway selectors, by the Services of the VirtualMesh's meshes. */
void unmatched_federation(const struct resolved *resolved,
                          const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena);

#endif
