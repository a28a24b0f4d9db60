/* app/commands/run.h - weft run. */
#ifndef WEFT_APP_COMMANDS_RUN_H
#define WEFT_APP_COMMANDS_RUN_H

#include "app/options.h"

int run_main(const struct options *options); /* the exit status */

#endif
