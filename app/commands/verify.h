/* app/commands/verify.h - weft verify. */
#ifndef WEFT_APP_COMMANDS_VERIFY_H
#define WEFT_APP_COMMANDS_VERIFY_H

#include "app/options.h"

int verify_main(const struct options *options); /* the exit status */

#endif
