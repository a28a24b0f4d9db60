/* app/commands/help.h - weft help. */
#ifndef WEFT_APP_COMMANDS_HELP_H
#define WEFT_APP_COMMANDS_HELP_H

#include "app/options.h"

int help_main(const struct options *options);
/* "weft COMMAND [VERB] --help"; returns the exit status. */
int help_show(const struct command *command, const struct verb *verb);

#endif
