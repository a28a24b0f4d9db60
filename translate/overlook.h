/* translate/overlook.h - what the author of an AccessPolicy may overlook: it is written as asked,
 * and lets in fewer callers than it seems to. */
#ifndef WEFT_TRANSLATE_OVERLOOK_H
#define WEFT_TRANSLATE_OVERLOOK_H

#include "translate/policy_rule.h"

/* Adds W33 to the status of the AccessPolicy. */
void overlook_policy(const struct resolved *resolved, const struct sources *sources,
                     struct policy_status *status, struct arena *arena);
/* Adds W31, W32, W34, W62 to the status of one Destination in it.  ports: those that its rules
 * open; none: all. */
void overlook_target(const struct resolved *resolved, const struct policy_target *at,
                     const struct sources *sources, struct port_list ports,
                     struct target_status *status, struct arena *arena);

#endif
