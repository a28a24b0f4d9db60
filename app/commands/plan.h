/* app/commands/plan.h - weft plan. */
#ifndef WEFT_APP_COMMANDS_PLAN_H
#define WEFT_APP_COMMANDS_PLAN_H

#include "app/options.h"

int plan_main(const struct options *options); /* the exit status */

#endif
