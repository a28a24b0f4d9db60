/* translate/root_namespace.h - AuthorizationPolicies in Istio's root namespace count for pods of
 * every namespace (docs/translation.md 5.3). */
#ifndef WEFT_TRANSLATE_ROOT_NAMESPACE_H
#define WEFT_TRANSLATE_ROOT_NAMESPACE_H

#include "translate/resolved.h"

/* Sets resolved->residents, which the others read. */
void root_namespace_index(struct resolved *resolved, struct arena *arena);

/* A namespace with pods that a policy for the target would apply to although the AccessPolicy
 * selects no Service of theirs; NULL: the specs show none. */
const char *root_namespace_spill(const struct resolved *resolved,
                                 const struct policy_target *target,
                                 const struct access_policy *policy);

/* A warning (W57) for each gateway of the mesh whose policy, which admits every caller, also
 * applies to pods that are no gateways of the mesh.  For meshes that get such policies. */
void root_namespace_warn(const struct resolved *resolved, const struct resolved_mesh *mesh,
                         struct arena *arena);

#endif
