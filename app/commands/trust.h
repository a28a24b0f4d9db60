/* app/commands/trust.h - weft trust. */
#ifndef WEFT_APP_COMMANDS_TRUST_H
#define WEFT_APP_COMMANDS_TRUST_H

#include "app/options.h"

int trust_main(const struct options *options); /* the exit status */

#endif
