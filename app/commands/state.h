/* app/commands/state.h - weft state. */
#ifndef WEFT_APP_COMMANDS_STATE_H
#define WEFT_APP_COMMANDS_STATE_H

#include "app/options.h"

int state_main(const struct options *options); /* the exit status */

#endif
