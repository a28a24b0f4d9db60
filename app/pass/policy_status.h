/* app/pass/policy_status.h - what API servers show of AccessPolicies. */
#ifndef WEFT_APP_PASS_POLICY_STATUS_H
#define WEFT_APP_PASS_POLICY_STATUS_H

#include "app/pass/status_facts.h"
#include "k8s-job/apply/status.h"

/* The status and the Events of each AccessPolicy, after the push.  Failures are warnings, those of
 * one cause once. */
void policy_status_post(const struct session *session, const struct status_facts *facts,
                        struct kube *kube);
/* The refused AccessPolicies that concern a virtual mesh, for its conditions; "": none does.  One
 * that could not be decoded, or whose Services are not known, concerns all. */
const char *policy_status_remark(const struct specs *specs, const struct plan *plan,
                                 const struct planned_virtual_mesh *planned, struct arena *arena);

#endif
