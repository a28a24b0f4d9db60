/* app/commands/custody.h - weft custody. */
#ifndef WEFT_APP_COMMANDS_CUSTODY_H
#define WEFT_APP_COMMANDS_CUSTODY_H

#include "app/options.h"

/* Returns the exit status. */
int custody_main(const struct options *options);

#endif
