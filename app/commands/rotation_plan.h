/* app/commands/rotation_plan.h - the timeline of a rotation and the price of an emergency, by the
 * facts of a dry pass. */
#ifndef WEFT_APP_COMMANDS_ROTATION_PLAN_H
#define WEFT_APP_COMMANDS_ROTATION_PLAN_H

#include "app/commands/rotation_job.h"

/* Prints the timeline; or, when start is set, the price of leaving a compromised root at once, and
 * keeps the request to do so. */
int rotation_plan_show(struct rotation_job *job, bool start);

#endif
