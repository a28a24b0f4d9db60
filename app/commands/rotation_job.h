/* app/commands/rotation_job.h - what weft rotation works with, and a command kept for the next
 * pass. */
#ifndef WEFT_APP_COMMANDS_ROTATION_JOB_H
#define WEFT_APP_COMMANDS_ROTATION_JOB_H

#include "app/commands/command.h"
#include "rotation/rotation.h"

struct rotation_job {
    const struct options *options;
    struct config *config;
    struct progress progress;
    struct arena *arena;
};

/* Shows the error; returns the exit status. */
int rotation_job_fail(struct rotation_job *job, const struct err *err);
/* Keeps an operator's request in the state; returns the exit status. */
int rotation_job_note(struct rotation_job *job, struct rotation_request *request);

#endif
