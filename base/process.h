/* base/process.h - runs one program without a shell and collects what it prints.  For exec
 * credential plugins. */
#ifndef WEFT_BASE_PROCESS_H
#define WEFT_BASE_PROCESS_H

#include "base/err.h"
#include "base/text.h"

struct program {
    const char *command;
    const char *const *args; /* without the command itself; ended by NULL */
    const char *const *env;  /* "NAME=value" over our own environment; ended by NULL */
    int timeout_s;
    size_t output_max;
};

/* stdin is empty, stderr goes to ours, no other descriptor is passed on; past its time it and its
 * children are killed. -1 when it could not be started, did not end with 0, was too slow or printed
 * too much. */
MUST_USE int process_run(struct text *out, const struct program *program, struct err *err);

/* Many of them, some side by side: each has its own time limit, and none waits for the end of one
 * that hangs but for want of a place.  out of each is the caller's to free. */
struct program_job {
    const struct program *program;
    struct text out;
    int result; /* of process_run */
    struct err err;
};
void program_run_all(struct program_job *jobs, size_t count);

#endif
