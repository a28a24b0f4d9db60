/* app/commands/validate.h - weft validate. */
#ifndef WEFT_APP_COMMANDS_VALIDATE_H
#define WEFT_APP_COMMANDS_VALIDATE_H

#include "app/options.h"

int validate_main(const struct options *options); /* the exit status */

#endif
