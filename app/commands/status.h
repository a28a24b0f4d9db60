/* app/commands/status.h - weft status. */
#ifndef WEFT_APP_COMMANDS_STATUS_H
#define WEFT_APP_COMMANDS_STATUS_H

#include "app/options.h"

int status_main(const struct options *options); /* the exit status */

#endif
