/* k8s-job/apply/status_conditions.h - what the conditions of a VirtualMesh say.  Pure: a table and
 * its lookup. */
#ifndef WEFT_K8S_JOB_APPLY_STATUS_CONDITIONS_H
#define WEFT_K8S_JOB_APPLY_STATUS_CONDITIONS_H

#include "k8s-job/apply/status_object.h"

struct verdict status_conditions_policy_verdict(const struct policy_status *status,
                                                const char *reason);
struct verdict status_conditions_verdict(const struct vm_status *status, const char *reason);

/* The last rotation step is one that is not over. */
bool status_conditions_rotating(const struct vm_status *status);

/* "ADDING_NEW_ROOT" as a reason: "AddingNewRoot". */
const char *status_conditions_camel(const char *name, struct arena *arena);

#endif
