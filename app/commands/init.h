/* app/commands/init.h - weft init: a folder to start from. */
#ifndef WEFT_APP_COMMANDS_INIT_H
#define WEFT_APP_COMMANDS_INIT_H

#include "app/options.h"

int init_main(const struct options *options);

#endif
