/* app/commands/trust_escrow.h - weft trust escrow. */
#ifndef WEFT_APP_COMMANDS_TRUST_ESCROW_H
#define WEFT_APP_COMMANDS_TRUST_ESCROW_H

#include "app/config.h"
#include "app/options.h"

/* Returns the exit status. */
int trust_escrow(const struct config *config, const struct options *options, struct arena *arena);

#endif
