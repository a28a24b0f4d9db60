/* translate/service_policies.h - what a Service gets whether or not its mesh is in a VirtualMesh
 * (docs/translation.md 5.1, 5.3). */
#ifndef WEFT_TRANSLATE_SERVICE_POLICIES_H
#define WEFT_TRANSLATE_SERVICE_POLICIES_H

#include "translate/document.h"
#include "translate/resolved.h"

/* Adds the AuthorizationPolicy from AccessPolicies, when there are any, and the local
 * DestinationRule, when it says something. */
void service_policies_make(struct documents *out, const struct resolved *resolved,
                           const struct policy_target *target);

#endif
