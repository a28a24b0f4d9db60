/* app/commands/trust_restore.h - weft trust restore. */
#ifndef WEFT_APP_COMMANDS_TRUST_RESTORE_H
#define WEFT_APP_COMMANDS_TRUST_RESTORE_H

#include "app/config.h"
#include "app/options.h"

/* Returns the exit status. */
int trust_restore(struct config *config, const struct options *options, struct arena *arena);

#endif
