/* app/commands/explain.h - weft explain. */
#ifndef WEFT_APP_COMMANDS_EXPLAIN_H
#define WEFT_APP_COMMANDS_EXPLAIN_H

#include "app/options.h"

int explain_main(const struct options *options); /* the exit status */

#endif
