/* app/usage.h - help, from the tables of commands and options; and what to say of a wrong use. */
#ifndef WEFT_APP_USAGE_H
#define WEFT_APP_USAGE_H

#include "app/options.h"
#include "base/text.h"

/* Every command with its summary, by group. */
void usage_overview(struct text *out, const struct command *commands);
/* Usage, verbs and options of a command; verb NULL: with all its verbs. */
void usage_command(struct text *out, const struct command *command, const struct verb *verb);
/* "table, json" out of "table json". */
void usage_list(struct text *out, const char *names);
/* Says on stderr what is wrong, what was meant (near; NULL: unknown) and which help to read
 * (command NULL: the overview).  Returns false. */
bool usage_wrong(const struct command *command, const char *what, const char *detail,
                 const char *near);
/* The same for a command or verb of an unknown name: it suggests the nearest, or lists all. */
bool usage_unknown_command(const struct command *commands, const char *name);
bool usage_unknown_verb(const struct command *command, const char *name);
/* Says which operands are missing: those of shape, the rest of the command's operands, that are not
 * in brackets; for a verb, which there are. */
bool usage_missing(const struct command *command, const char *shape);

#endif
