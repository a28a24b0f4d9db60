/* app/commands/at.h - weft at. */
#ifndef WEFT_APP_COMMANDS_AT_H
#define WEFT_APP_COMMANDS_AT_H

#include "app/options.h"

int at_main(const struct options *options); /* the exit status */

#endif
