/* app/commands/keygen.h - weft keygen. */
#ifndef WEFT_APP_COMMANDS_KEYGEN_H
#define WEFT_APP_COMMANDS_KEYGEN_H

#include "app/options.h"

int keygen_main(const struct options *options); /* the exit status */

#endif
