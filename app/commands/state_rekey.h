/* app/commands/state_rekey.h - weft state rekey. */
#ifndef WEFT_APP_COMMANDS_STATE_REKEY_H
#define WEFT_APP_COMMANDS_STATE_REKEY_H

#include "app/config.h"
#include "app/options.h"

/* Returns the exit status. */
int state_rekey(const struct config *config, const struct options *options, struct arena *arena);

#endif
