/* app/options.h - a command line, parsed by the rows of options and commands. */
#ifndef WEFT_APP_OPTIONS_H
#define WEFT_APP_OPTIONS_H

#include "app/option_rows.h"
#include "base/enums.h"
#include <stdbool.h>
#include <stdint.h>

/* Exit status of the program. */
enum exit_status {
    EXIT_CONVERGED = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_REFUSED = 3,
    EXIT_CHANGES = 4,
    EXIT_ATTENTION = 5 /* changes that need a look; only where it is asked for */
};

enum { OPERANDS_MAX = 200, TARGET_SIZE = 320 /* a namespace, a slash, a name */ };

/* What -o names. */
enum output_format {
    FORMAT_TABLE,
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_YAML,
    FORMAT_MARKDOWN,
    FORMAT_SARIF,
    FORMAT_GITHUB,
    FORMAT_JUNIT,
    FORMAT_MERMAID,
    FORMAT_DOT,
    FORMAT_SVG,
    FORMAT_COUNT
};
extern const struct enum_table output_formats;

struct options {
    const struct command *commands;     /* all of them; ends with a NULL name */
    const struct command *command;      /* the one that was asked for */
    const struct verb *verb;            /* NULL: the command has none */
    const char *operands[OPERANDS_MAX]; /* other ones: FILE, COMMAND, CLUSTER...; NULL: not given */
    const char *target;                 /* NAMESPACE/NAME of a virtual mesh; NULL: not given */
    char target_text[TARGET_SIZE];      /* target when -n gave its namespace */
    uint64_t given;                     /* bits of enum option */
    const char *config;                 /* -c */
    const char *namespace;              /* -n */
    const char *specs;                  /* --specs */
    const char *output;                 /* --output */
    const char *from;                   /* --from */
    const char *explain;                /* --explain */
    const char *kubeconfig;             /* --kubeconfig, of the person who adds a cluster */
    const char *context;                /* --context */
    const char *features;               /* --for */
    const char *format_text;            /* -o */
    enum output_format format;          /* the same; when it is not given, the command's first */
    const char *allow_removals;         /* --allow-removals */
    const char *replace_cluster;        /* --replace-cluster */
    const char *inventory;              /* --inventory */
    const char *report;                 /* --report */
    const char *html;                   /* --html */
    const char *metrics;                /* --metrics-file */
    const char *cluster;                /* --cluster */
    const char *serial;                 /* --serial */
    const char *proof;                  /* --proof */
    const char *since, *until;          /* --since, --until */
    const char *request;                /* --operator: a part of an operator's request */
    const char *allowed_signers;        /* --allowed-signers */
    const char *log_format;             /* --log-format */
    const char *color;                  /* --color */
    const char *base, *head;            /* --base, --head */
    const char *base_specs;             /* --base-specs */
    const char *token_file;             /* --token-file */
    const char *ref;                    /* --ref */
    const char *out;                    /* --out */
    const char *plan;                   /* --plan */
    const char *now_text;               /* --now */
    int64_t now;                        /* seconds; the real clock when --now is not given */
    const char *step;                   /* --step, of a rotation */
    const char *reason;                 /* --reason, of an operator's request */
    const char *recipient;              /* --recipient */
    const char *identity;               /* --identity */
    const char *new_key;                /* --new-key */
    bool diff, dry_run, quiet, verbose, allow_deletions, overwrite_drift, accept_refused, exit_code;
    bool detailed_exitcode, post, take_over;
    bool workloads, apply, watch, force, compromised, accept_downtime, help;
};

/* False after a message on stderr that says what is wrong and where to read on. */
bool options_parse(struct options *out, const struct command *commands, int argc, char **argv);
/* Whether a virtual mesh "namespace/name" is among those that were asked for: the target, those of
 * -n, or all. */
bool options_select(const struct options *options, const char *virtual_mesh);

#endif
