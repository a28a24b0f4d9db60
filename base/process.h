/* base/process.h - the one way to run a program: without a shell, in a process group of its own
 * that can be ended as a whole, with no descriptor and no environment that it was not given. */
#ifndef WEFT_BASE_PROCESS_H
#define WEFT_BASE_PROCESS_H

#include "base/err.h"
#include "base/text.h"
#include <sys/types.h>

struct program {
    const char *command;     /* looked for in PATH when it has no "/" */
    const char *const *args; /* without the command itself; ended by NULL, or NULL for none */
    const char *const *env;  /* "NAME=value", before ours; ended by NULL, or NULL for none */
    const char *const *keep; /* names that it gets of our environment; ended by NULL, or NULL for
                                all that are not risky (base/environment.h) */
    int timeout_s;           /* of process_run */
    size_t output_max;       /* of process_run */
};

/* What the program has as descriptors 0, 1 and 2.  -1: /dev/null for input, ours for the two
 * others. */
struct process_files {
    int input, output, errors;
};

/* Starts it; *child leads its own process group, and its signals are as usual.  ERR_INPUT when
 * there is no such program. */
MUST_USE int process_start(pid_t *child, const struct program *program, struct process_files files,
                           struct err *err);
/* Waits grace_ms for its end, then kills its process group.  The status of waitpid(2); -1: it had
 * to be killed. */
int process_end(pid_t child, int64_t grace_ms);

/* Runs it and collects what it prints; its input is empty, its errors go to ours as
 * base/error_lines.h says.  Past its time it and its children are killed.  -1 when it could not be
 * started, did not end with 0, was too slow or printed too much. */
MUST_USE int process_run(struct text *out, const struct program *program, struct err *err);

/* Many of them, some side by side: each has its own time limit, and waits for another one only when
 * there is no free place.  out of each is the caller's to free. */
struct program_job {
    const struct program *program;
    struct text out;
    int result; /* of process_run */
    struct err err;
};
void program_run_all(struct program_job *jobs, size_t count);

#endif
