/* app/option_rows.h - what a row of an option or command says: parsing, help and completion follow
 * from them.  The commands are in app/command_rows.c. */
#ifndef WEFT_APP_OPTION_ROWS_H
#define WEFT_APP_OPTION_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each is a bit of the masks below. */
enum option {
    OPTION_CONFIG,
    OPTION_NAMESPACE,
    OPTION_SPECS,
    OPTION_OUTPUT,
    OPTION_FROM,
    OPTION_EXPLAIN,
    OPTION_FORMAT,
    OPTION_KUBECONFIG,
    OPTION_CONTEXT,
    OPTION_FOR,
    OPTION_WORKLOADS,
    OPTION_TAKE_OVER,
    OPTION_APPLY,
    OPTION_STEP,
    OPTION_REASON,
    OPTION_FORCE,
    OPTION_COMPROMISED,
    OPTION_ACCEPT_DOWNTIME,
    OPTION_BASE,
    OPTION_HEAD,
    OPTION_BASE_SPECS,
    OPTION_POST,
    OPTION_TOKEN_FILE,
    OPTION_REF,
    OPTION_OUT,
    OPTION_PLAN,
    OPTION_DETAILED_EXITCODE,
    OPTION_DIFF,
    OPTION_CLUSTER,
    OPTION_SERIAL,
    OPTION_PROOF,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_REQUEST,
    OPTION_ALLOWED_SIGNERS,
    OPTION_REPORT,
    OPTION_HTML,
    OPTION_METRICS_FILE,
    OPTION_NOW,
    OPTION_DRY_RUN,
    OPTION_ALLOW_DELETIONS,
    OPTION_ALLOW_REMOVALS,
    OPTION_REPLACE_CLUSTER,
    OPTION_INVENTORY,
    OPTION_OVERWRITE_DRIFT,
    OPTION_ACCEPT_REFUSED,
    OPTION_WATCH,
    OPTION_EXIT_CODE,
    OPTION_RECIPIENT,
    OPTION_IDENTITY,
    OPTION_NEW_KEY,
    OPTION_LOG_FORMAT,
    OPTION_COLOR,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_HELP,
    OPTION_COUNT
};
#define OPTION_BIT(option) (UINT64_C(1) << (option))
#define TAKES(option) OPTION_BIT(OPTION_##option)
/* What every command takes besides the options of its row. */
#define TAKEN_EVERYWHERE                                                                           \
    (TAKES(LOG_FORMAT) | TAKES(COLOR) | TAKES(QUIET) | TAKES(VERBOSE) | TAKES(HELP))

struct option_row {
    const char *name;
    char letter;         /* 0: none */
    const char *value;   /* FILE, DIR, ...; NULL: a flag */
    size_t offset;       /* of a const char * or a bool in struct options */
    const char *choices; /* allowed values between blanks; NULL: any */
    const char *help;
};

struct options;

/* What a command does with its first operand: "rotation approve". */
struct verb {
    const char *name;
    const char *summary;
    uint64_t options;     /* besides those of the command */
    uint64_t required;    /* of them */
    const char *operands; /* after the verb, in place of the command's; NULL: those */
};

enum { VERBS_MAX = 8, EXCLUSIVE_MAX = 4 };

struct command {
    const char *name;
    const char *group;    /* the heading of the overview that lists it */
    const char *operands; /* "VERB [NAMESPACE/NAME]": brackets where one may be left out */
    const char *summary;  /* a line of the overview */
    const char *text;     /* paragraphs of its help */
    const char *formats;  /* of -o, between blanks, the default first; NULL: takes no -o */
    uint64_t options;     /* TAKES(CONFIG) | ... */
    uint64_t required;    /* of options */
    uint64_t exclusive[EXCLUSIVE_MAX]; /* of options: of each set one at most */
    bool reads_disk;     /* the files that the configuration names are checked first */
    bool shows_plan;     /* its output has the findings of a pass: they are no warnings besides */
    bool shows_evidence; /* likewise what each cluster has shown */
    struct verb verbs[VERBS_MAX]; /* the first operand, when there are any; ends with a NULL name */
    int (*run)(const struct options *options); /* returns the exit status */
};

const struct option_row *option_row(enum option option);
/* What the command takes, with verb (NULL: with any of its verbs). */
uint64_t command_options(const struct command *command, const struct verb *verb);
/* NULL: there is none of that name. */
const struct command *command_find(const struct command *commands, const char *name);
const struct verb *verb_find(const struct command *command, const char *name);

#endif
