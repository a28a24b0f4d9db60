/* app/options.h - the command line: one table row an option gives parsing, usage and help. */
#ifndef WEFT_APP_OPTIONS_H
#define WEFT_APP_OPTIONS_H

#include "base/log.h"
#include "base/text.h"

enum command {
    COMMAND_RUN,
    COMMAND_PLAN,
    COMMAND_RENDER,
    COMMAND_VALIDATE,
    COMMAND_STATUS,
    COMMAND_ROTATION,
    COMMAND_EVIDENCE,
    COMMAND_TRUST,
    COMMAND_STATE,
    COMMAND_KEYGEN,
    COMMAND_VERSION,
    COMMAND_HELP,
    COMMAND_COUNT
};

/* Exit status of the program. */
enum exit_status {
    EXIT_CONVERGED = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_REFUSED = 3,
    EXIT_CHANGES = 4
};

struct options {
    enum command command;
    const char *config;     /* -c */
    const char *specs;      /* --specs */
    const char *output;     /* --output */
    const char *format;     /* -o */
    const char *report;     /* --report */
    const char *metrics;    /* --metrics-file */
    const char *log_format; /* --log-format */
    const char *now_text;   /* --now */
    int64_t now;            /* seconds; the real clock when --now is not given */
    const char *step;       /* --step, of a rotation */
    const char *reason;     /* --reason, of an operator's word */
    bool diff, dry_run, quiet, verbose, allow_deletions, overwrite_drift, accept_refused, exit_code,
        help;
    bool force, compromised, accept_downtime;
    const char
        *operands[2]; /* help COMMAND, keygen FILE, rotation VERB NAMESPACE/NAME; NULL: not given */
};

/* False after a message on stderr that says what is wrong and where to read on. */
bool options_parse(struct options *out, int argc, char **argv);
const char *command_name(enum command command);
/* "weft run": usage and options of one command; COMMAND_COUNT: the overview. */
void options_help(struct text *out, enum command command);
int command_find(const char *name);         /* -1: no such command */
const char *command_near(const char *name); /* the one that was meant; NULL: none is near */

#endif
