/* app/pass/policy_status.h - what API servers show of AccessPolicies. */
#ifndef WEFT_APP_PASS_POLICY_STATUS_H
#define WEFT_APP_PASS_POLICY_STATUS_H

#include "app/pass/pass.h"

/* The status and the Events of each AccessPolicy; nothing of a pass that could not publish, for
 * what was resolved is not what is served.  Failures are warnings, those of one cause once. */
void policy_status_post(struct pass *pass, struct kube *kube);
/* The refused AccessPolicies that concern a virtual mesh, for its conditions; "": none does.  One
 * that could not be decoded, or whose Services nobody knows, concerns all. */
const char *policy_status_remark(const struct pass *pass, const struct planned_virtual_mesh *mesh);

#endif
