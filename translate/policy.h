/* translate/policy.h - what AccessPolicies say about each Destination (docs/translation.md 5.3). */
#ifndef WEFT_TRANSLATE_POLICY_H
#define WEFT_TRANSLATE_POLICY_H

#include "translate/resolved.h"

/* Fills resolved->targets and the statuses of all AccessPolicies in plan. */
void policy_apply_all(struct resolved *resolved, struct plan *plan, struct arena *arena);
/* What they say about this one; NULL: it has no mesh, so nothing. */
const struct policy_target *policy_target_of(const struct resolved *resolved,
                                             const struct destination *destination);

#endif
