/* app/commands/log.h - weft log. */
#ifndef WEFT_APP_COMMANDS_LOG_H
#define WEFT_APP_COMMANDS_LOG_H

#include "app/options.h"

int log_main(const struct options *options); /* the exit status */

#endif
