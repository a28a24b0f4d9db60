/* app/pass/status_build.h - the statuses of virtual meshes, from what translation decided and what
 * the stages of a pass remarked.  Pure. */
#ifndef WEFT_APP_PASS_STATUS_BUILD_H
#define WEFT_APP_PASS_STATUS_BUILD_H

#include "api/finding.h"
#include "translate/translate.h"

/* A copy of the plan whose statuses hold the remarks: each text once, behind those that are there.
 * Remarks about objects that the plan does not have are left out.  The plan stays as it is. */
struct plan status_build(const struct plan *plan, const struct findings *remarks,
                         struct arena *arena);

#endif
