/* app/completion.h - scripts that complete the command line in a shell, from the tables of commands
 * and options.
 * Not for: completing itself; weft is not run while a person types. */
#ifndef WEFT_APP_COMPLETION_H
#define WEFT_APP_COMPLETION_H

#include "app/options.h"
#include "base/text.h"

void completion_bash(struct text *out, const struct command *commands);
void completion_zsh(struct text *out, const struct command *commands);
void completion_fish(struct text *out, const struct command *commands);

#endif
