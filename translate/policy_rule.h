/* translate/policy_rule.h - the rules of an AuthorizationPolicy from an AccessPolicy
 * (docs/translation.md 5.3).
 */
#ifndef WEFT_TRANSLATE_POLICY_RULE_H
#define WEFT_TRANSLATE_POLICY_RULE_H

#include "translate/port_limit.h"
#include "translate/principal.h"

/* Who an AccessPolicy lets in, wherever it is enforced. */
struct sources {
    const struct access_policy *policy;
    struct principals *principals; /* of each of its sources */
    bool any;                      /* every caller: nothing is said, or one entry says so (Q24) */
    bool identity;                 /* a caller needs an identity, which plain text has not */
    struct messages failures;      /* it cannot be written down: A1 */
};

/* The entry asks for a token.  Plain TCP carries none: istiod leaves out the whole rule there, with
 * all of its sources. */
bool policy_rule_needs_token(const struct identity_selector *source);

/* Adds errors (A3, A5) and warnings to the status of the AccessPolicy. */
struct sources sources_find(const struct resolved *resolved, const struct access_policy *policy,
                            struct policy_status *status, struct arena *arena);

/* The rules of an AuthorizationPolicy: a list of one or more, of which {} lets in every caller.
 * literal: principals only in forms that istiod does not rewrite.  ports: those that the rules
 * open; none: all. */
const struct node *policy_rule_make_all(const struct sources *sources, struct port_list ports,
                                        bool literal, struct arena *arena);

/* A list of the rule that admits every caller to these ports, one or more, and to no other. */
const struct node *policy_rule_make_open(struct port_list ports, struct arena *arena);

#endif
