/* app/commands/branch_look.h - the records on the output branch, for commands that compare the
 * state with them. */
#ifndef WEFT_APP_COMMANDS_BRANCH_LOOK_H
#define WEFT_APP_COMMANDS_BRANCH_LOOK_H

#include "app/config.h"
#include "app/options.h"
#include "pki/branch_record.h"

/* Fetches the output branch, quietly, and reads its records into the arena.  Where there is no
 * cache yet, config gets a temporary one. */
MUST_USE int branch_look(struct branch_records *out, struct config *config,
                         const struct options *options, struct arena *arena, struct err *err);

#endif
