/* app/commands/completion.h - weft completion. */
#ifndef WEFT_APP_COMMANDS_COMPLETION_H
#define WEFT_APP_COMMANDS_COMPLETION_H

#include "app/options.h"

int completion_main(const struct options *options);

#endif
