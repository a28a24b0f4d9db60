/* app/commands/rotation.h - weft rotation in two parts: words for the next pass, and looking ahead.
 */
#ifndef WEFT_APP_COMMANDS_ROTATION_H
#define WEFT_APP_COMMANDS_ROTATION_H

#include "app/commands/command.h"
#include "rotation/rotation.h"

struct rotation_job {
    const struct options *options;
    struct config *config;
    struct progress progress;
    struct arena *arena;
};

int rotation_fail(struct rotation_job *job, const struct err *err);
/* Keeps an operator's word in the state; returns the exit status. */
int rotation_word(struct rotation_job *job, struct rotation_command *command);

#endif
