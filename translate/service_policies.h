/* translate/service_policies.h - what a Service gets whether or not its mesh is in a VirtualMesh
 * (docs/translation.md 5.1, 5.3). */
#ifndef WEFT_TRANSLATE_SERVICE_POLICIES_H
#define WEFT_TRANSLATE_SERVICE_POLICIES_H

#include "translate/document.h"
#include "translate/previous.h"

/* Adds the AuthorizationPolicy from AccessPolicies, when there are any, and the local
 * DestinationRule, when it says something. */
void service_policies_make(struct documents *out, const struct resolved *resolved,
                           const struct policy_target *target);

/* The AuthorizationPolicy as it is granted now, with the rules that the policies in doubt have in
 * the previous one.  in_doubt: one for each AccessPolicy that the previous one names as its parent.
 * NULL: the previous one does not show which rule is whose. */
const struct node *service_policies_merge(const struct resolved *resolved,
                                          const struct policy_target *target,
                                          const struct previous_document *previous,
                                          const bool *in_doubt, struct arena *arena);

#endif
