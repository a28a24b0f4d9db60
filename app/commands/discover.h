/* app/commands/discover.h - weft discover. */
#ifndef WEFT_APP_COMMANDS_DISCOVER_H
#define WEFT_APP_COMMANDS_DISCOVER_H

#include "app/options.h"

int discover_main(const struct options *options); /* the exit status */

#endif
