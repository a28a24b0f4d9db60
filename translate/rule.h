/* translate/rule.h - one rule of an AuthorizationPolicy from an AccessPolicy
 * (docs/translation.md 5.3).
 */
#ifndef WEFT_TRANSLATE_RULE_H
#define WEFT_TRANSLATE_RULE_H

#include "translate/resolved.h"

/* What became of an AccessPolicy. */
struct rule {
    const struct node *node;  /* {} lets in everybody */
    struct messages failures; /* it cannot be written down: A1 */
};

/* Adds errors (A3) and warnings to the status of the AccessPolicy. */
struct rule rule_make(const struct resolved *resolved, const struct access_policy *policy,
                      struct policy_status *status, struct arena *arena);

#endif
