/* app/commands/plan_compare.h - weft plan --base REF --head REF. */
#ifndef WEFT_APP_COMMANDS_PLAN_COMPARE_H
#define WEFT_APP_COMMANDS_PLAN_COMPARE_H

#include "app/config.h"
#include "app/options.h"

/* Compares two commits of the specs, and what weft renders of each; the exit status. */
int plan_compare(struct config *config, const struct options *options, struct arena *arena);

#endif
