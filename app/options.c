/* app/options.c - what can be asked of weft on the command line, as tables. */
#include "app/options.h"
#include "app/homepath.h"
#include "base/clock.h"
#include "base/decode.h"
#include "base/suggest.h"
#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define ON(command) (1u << COMMAND_##command)
#define EVERYWHERE ((1u << COMMAND_COUNT) - 1)

struct option_row {
    const char *name;
    char letter;
    const char *value;  /* NULL: a flag */
    size_t offset;      /* of a const char * or a bool in struct options */
    unsigned commands;  /* which take it */
    const char *choice; /* "|a|b|": allowed values; NULL: any */
    const char *help;
};

/* clang-format off */
static const struct option_row option_rows[] = {
    { "config", 'c', "FILE", offsetof(struct options, config), ON(RUN) | ON(PLAN) | ON(RENDER) | ON(VALIDATE) | ON(STATUS) | ON(ROTATION) | ON(EVIDENCE) | ON(TRUST) | ON(STATE), NULL,
      "configuration file (weft.yaml when not given)" },
    { "specs", 0, "DIR", offsetof(struct options, specs), ON(RENDER) | ON(VALIDATE), NULL,
      "folder of specs to read instead of a Git repository" },
    { "output", 0, "DIR", offsetof(struct options, output), ON(RENDER), NULL,
      "folder to write the manifests to" },
    { "format", 'o', "FORMAT", offsetof(struct options, format), ON(PLAN) | ON(STATUS) | ON(ROTATION) | ON(EVIDENCE) | ON(TRUST) | ON(STATE), NULL,
      "how to print:" },
    { "step", 0, "N", offsetof(struct options, step), ON(ROTATION), NULL,
      "approve: the step that was checked, 1 to 3 (the one that waits when not given)" },
    { "reason", 0, "TEXT", offsetof(struct options, reason), ON(ROTATION), NULL,
      "why; kept in the ledger and shown in conditions and commit" },
    { "force", 0, NULL, offsetof(struct options, force), ON(ROTATION), NULL,
      "approve: open a closed gate, although traffic may break; needs --reason" },
    { "compromised", 0, NULL, offsetof(struct options, compromised), ON(ROTATION), NULL,
      "start: the deployed root may be in wrong hands, take the shortest way to a new one" },
    { "accept-downtime", 0, NULL, offsetof(struct options, accept_downtime), ON(ROTATION), NULL,
      "start: go on although clusters will refuse each other for a while; needs --reason" },
    { "diff", 0, NULL, offsetof(struct options, diff), ON(PLAN), NULL,
      "show the text that changes (never a secret)" },
    { "report", 0, "FILE", offsetof(struct options, report), ON(RUN) | ON(PLAN), NULL,
      "write a JSON report here, and the status of each VirtualMesh into status/ beside it" },
    { "metrics-file", 0, "FILE", offsetof(struct options, metrics), ON(RUN), NULL,
      "write metrics here, in the text form of Prometheus (instead of metrics.file)" },
    { "now", 0, "TIME", offsetof(struct options, now_text), ON(RUN) | ON(PLAN) | ON(STATUS) | ON(ROTATION) | ON(EVIDENCE) | ON(TRUST), NULL,
      "pretend that it is TIME (2026-11-23T11:00:00Z): tests and rehearsals" },
    { "dry-run", 0, NULL, offsetof(struct options, dry_run), ON(RUN), NULL,
      "do everything but change nothing anywhere" },
    { "allow-deletions", 0, NULL, offsetof(struct options, allow_deletions), ON(RUN) | ON(PLAN), NULL,
      "let this pass delete more than output.maxDeletedShare allows" },
    { "overwrite-drift", 0, NULL, offsetof(struct options, overwrite_drift), ON(RUN) | ON(PLAN), NULL,
      "replace files of weft that somebody changed on the output branch" },
    { "accept-refused", 0, NULL, offsetof(struct options, accept_refused), ON(RUN), NULL,
      "exit with 0, not 3, when specs were refused and all others were served" },
    { "exit-code", 0, NULL, offsetof(struct options, exit_code), ON(STATUS), NULL,
      "exit as the last pass ended: 0 when nobody has to act, 1 failed, 3 refused" },
    { "log-format", 0, "FORMAT", offsetof(struct options, log_format), EVERYWHERE, "|auto|text|lines|json|",
      "auto, text (for people), lines (level event key=value) or json" },
    { "quiet", 'q', NULL, offsetof(struct options, quiet), EVERYWHERE, NULL,
      "only warnings and errors" },
    { "verbose", 'v', NULL, offsetof(struct options, verbose), EVERYWHERE, NULL,
      "more detail" },
    { "help", 'h', NULL, offsetof(struct options, help), EVERYWHERE, NULL,
      "this help" },
};

static const struct {
    const char *name, *operand, *summary, *text;
} command_rows[] = {
    [COMMAND_RUN] = { "run", "", "one whole pass: fetch, translate, issue, commit, report",
        "Fetches the specs, renders the manifests of every cluster, issues the certificates that are due,\n"
        "commits what changed to the output branch and reports the status.  When nothing changed,\n"
        "nothing is committed.  Killed anywhere, the next pass converges.\n" },
    [COMMAND_PLAN] = { "plan", "", "what the next pass would do; changes nothing",
        "Shows the files that the next pass would add, change and remove, by cluster and kind, and the\n"
        "certificates and rotation steps that are due.  Exit status 0: nothing to do; 4: changes ahead.\n" },
    [COMMAND_RENDER] = { "render", "", "a folder of specs to a folder of manifests",
        "Translates without Git, state or keys; certificates are left out.  The same input gives the\n"
        "same bytes as a pass; what output says of granularity and external services comes from -c.\n" },
    [COMMAND_VALIDATE] = { "validate", "", "every mistake in the specs, with its place",
        "Prints each mistake as file:line:column: field: what is wrong and how to mend it.\n" },
    [COMMAND_STATUS] = { "status", "", "each virtual mesh as the last pass left it",
        "Reads only the state: virtual meshes, rotation steps, roots and intermediates with their expiry.\n" },
    [COMMAND_ROTATION] = { "rotation", "VERB NAMESPACE/NAME", "plan, start and steer the rotation of a root",
        "  plan       the timeline: dates, what each step waits for, worst case\n"
        "  approve    the step works; go on when its gate opens\n"
        "  rollback   back to the former root\n"
        "  retry      try again what failed or was rolled back\n"
        "  hold       stop where it is, until resume\n"
        "  resume     go on after hold\n"
        "  start      with --compromised: away from a root that may be in wrong hands\n"
        "A word is kept in the state; the next pass acts on it.\n" },
    [COMMAND_EVIDENCE] = { "evidence", "[NAMESPACE/NAME]", "what is known of each cluster, what each gate waits for",
        "Asks Argo CD or Flux, the clusters and their istiods, as far as the configuration names them, and\n"
        "tells what each shows of the certificates that it is to hold.  Changes nothing.\n" },
    [COMMAND_TRUST] = { "trust", "VERB [NAMESPACE/NAME]", "roots and intermediates, read and checked",
        "  inspect    roots, intermediates, fingerprints, expiry; each chain is verified\n"
        "  root       the public bundle of a virtual mesh as PEM\n" },
    [COMMAND_STATE] = { "state", "VERB", "whether the state is what weft wrote",
        "  check      the file, the MAC of each row, the certificates, and the output branch\n"
        "  accept     takes over a state of an older weft that a pass refused, as it is\n"
        "check changes nothing.  Exit status 0: all is well; 1: something is damaged, or could not be\n"
        "checked.\n" },
    [COMMAND_KEYGEN] = { "keygen", "FILE", "make a new state key",
        "Writes 32 random bytes to FILE (mode 0600), under which private keys are sealed in the state.\n"
        "Keep a copy apart from the state: without it nobody can sign with the roots again.\n" },
    [COMMAND_VERSION] = { "version", "", "the version of weft and of its libraries", "" },
    [COMMAND_HELP] = { "help", "[COMMAND]", "how to use weft, or one of its commands", "" },
};
/* clang-format on */

static_assert(LENGTH(command_rows) == COMMAND_COUNT, "every command has a row");

const char *command_name(enum command command) { return command_rows[command].name; }

int command_find(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(command_rows[i].name, name) == 0)
            return i;
    return -1;
}

const char *command_near(const char *name)
{
    const char *names[COMMAND_COUNT];

    for (int i = 0; i < COMMAND_COUNT; i++)
        names[i] = command_rows[i].name;
    return suggest_nearest(name, names, COMMAND_COUNT);
}

/* The formats of each command that takes -o. */
static const char *const table_json[] = { "table", "json", NULL };
static const char *const plan_formats_taken[] = { "table", "json", "markdown", NULL };
static const char *const status_formats_taken[] = { "table", "json", "yaml", NULL };

static const char *const *formats_of(enum command command)
{
    if (command == COMMAND_PLAN)
        return plan_formats_taken;
    return command == COMMAND_STATUS ? status_formats_taken : table_json;
}

static size_t count_names(const char *const *names)
{
    size_t count = 0;

    while (names[count])
        count++;
    return count;
}

/* "table, json" */
static void add_formats(struct text *out, enum command command)
{
    const char *const *formats = formats_of(command);

    for (size_t i = 0; formats[i]; i++)
        text_addf(out, "%s%s", i ? ", " : "", formats[i]);
}

static void help_overview(struct text *out)
{
    text_adds(out, "weft makes one virtual mesh of many Istio clusters, by Git.\n\nusage: weft "
                   "COMMAND [OPTIONS]\n\n");
    for (int i = 0; i < COMMAND_COUNT; i++)
        text_addf(out, "  %-10s %s\n", command_rows[i].name, command_rows[i].summary);
    text_adds(
        out,
        "\n\"weft help COMMAND\" tells the options of one command.\n"
        "exit status: 0 converged, 1 failed, 2 wrong usage, 3 some specs were refused (the others\n"
        "were served), 4 changes ahead (plan)\n");
}

void options_help(struct text *out, enum command command)
{
    if (command >= COMMAND_COUNT) {
        help_overview(out);
        return;
    }
    text_addf(out, "usage: weft %s [OPTIONS]%s%s\n\n%s", command_rows[command].name,
              *command_rows[command].operand ? " " : "", command_rows[command].operand,
              command_rows[command].text);
    text_adds(out, "\noptions:\n");
    for (size_t i = 0; i < LENGTH(option_rows); i++) {
        const struct option_row *row = &option_rows[i];
        char left[64];

        if (!(row->commands & (1u << command)))
            continue;
        snprintf(left, sizeof left, "%s--%s%s%s",
                 row->letter ? (char[]){ '-', row->letter, ',', ' ', 0 } : "    ", row->name,
                 row->value ? " " : "", row->value ? row->value : "");
        text_addf(out, "  %-26s %s", left, row->help);
        if (row->letter == 'o') {
            text_addc(out, ' ');
            add_formats(out, command);
        }
        if (row->letter == 'c' && command == COMMAND_RENDER)
            text_adds(out, ", read only when named");
        text_addc(out, '\n');
    }
}

/* near: what was meant, perhaps; NULL: no idea. */
static bool usage_near(enum command command, const char *what, const char *detail, const char *near)
{
    fprintf(stderr, "weft: %s%s", what, detail);
    if (near)
        fprintf(stderr, "; did you mean %s?", near);
    if (command < COMMAND_COUNT)
        fprintf(stderr, "; see \"weft help %s\"\n", command_rows[command].name);
    else
        fputs("; see \"weft help\"\n", stderr);
    return false;
}

static bool usage(enum command command, const char *what, const char *detail)
{
    return usage_near(command, what, detail, NULL);
}

static const struct option_row *option_find(const char *word, size_t len, enum command command)
{
    for (size_t i = 0; i < LENGTH(option_rows); i++) {
        const struct option_row *row = &option_rows[i];
        bool named =
            word[0] == '-' && word[1] == '-'
                ? strlen(row->name) == len - 2 && strncmp(row->name, word + 2, len - 2) == 0
                : len == 2 && row->letter && word[1] == row->letter;

        if (named && (row->commands & (1u << command)))
            return row;
    }
    return NULL;
}

static bool unknown_option(enum command command, const char *word)
{
    const char *names[LENGTH(option_rows)], *near;
    size_t count = 0;
    char meant[64];

    for (size_t i = 0; i < LENGTH(option_rows); i++)
        if (option_rows[i].commands & (1u << command))
            names[count++] = option_rows[i].name;
    snprintf(meant, sizeof meant, "%.*s", (int)strcspn(word, "="), word);
    if ((near = suggest_nearest(meant + strspn(meant, "-"), names, count)))
        snprintf(meant, sizeof meant, "--%s", near);
    return usage_near(command, "unknown option ", word, near ? meant : NULL);
}

static bool names_path(const struct option_row *row)
{
    return row->value && (strcmp(row->value, "FILE") == 0 || strcmp(row->value, "DIR") == 0);
}

/* "--report=~/x" reaches weft as it is written. */
static bool path_allowed(enum command command, const char *name, const char *path)
{
    AUTO_TEXT why = { 0 };

    if (!homepath_is(path))
        return true;
    text_addf(&why, "--%s: ", name);
    homepath_tell(&why, path);
    return usage(command, why.bytes, "");
}

/* Takes the option at argv[*i] and its value, which may be the next word. */
static bool option_take(struct options *out, int argc, char **argv, int *i)
{
    const char *word = argv[*i], *equal = strchr(word, '=');
    const struct option_row *row =
        option_find(word, equal ? (size_t)(equal - word) : strlen(word), out->command);
    const char *value = equal ? equal + 1 : NULL;

    if (!row)
        return unknown_option(out->command, word);
    if (!row->value) {
        if (value)
            return usage(out->command, "this option takes no value: ", word);
        *(bool *)((char *)out + row->offset) = true;
        return true;
    }
    if (!value && *i + 1 >= argc)
        return usage(out->command, "this option needs a value: ", word);
    if (!value)
        value = argv[++*i];
    if (row->choice) {
        char wanted[32];

        snprintf(wanted, sizeof wanted, "|%s|", value);
        if (!strstr(row->choice, wanted))
            return usage(out->command, "not a value that this option takes: ", value);
    }
    *(const char **)((char *)out + row->offset) = value;
    return !names_path(row) || path_allowed(out->command, row->name, value);
}

static bool format_allowed(const struct options *options)
{
    const char *const *formats = formats_of(options->command);
    const char *format = options->format;
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; format && formats[i]; i++)
        if (strcmp(formats[i], format) == 0)
            return true;
    if (!format)
        return true;
    text_addf(&text, "unknown format %s; there are ", format);
    add_formats(&text, options->command);
    return usage_near(options->command, text.bytes, "",
                      suggest_nearest(format, formats, count_names(formats)));
}

/* The words that a command names in capitals must be there. */
static bool operands_enough(const struct options *options)
{
    if (options->command == COMMAND_ROTATION && !options->operands[1])
        return usage(options->command, "rotation needs a VERB and a NAMESPACE/NAME", "");
    if (options->command == COMMAND_STATE && !options->operands[0])
        return usage(options->command, "state needs a VERB: check or accept", "");
    if (options->command == COMMAND_TRUST && !options->operands[0])
        return usage(options->command, "trust needs a VERB", "");
    return true;
}

/* Where the next operand goes; NULL: the command takes no more. */
static const char **operand_place(struct options *out)
{
    const char *shape = command_rows[out->command].operand;
    size_t most = !*shape ? 0 : strchr(shape, ' ') ? 2 : 1;

    for (size_t i = 0; i < most; i++)
        if (!out->operands[i])
            return &out->operands[i];
    return NULL;
}

static bool options_check(struct options *out)
{
    if (!format_allowed(out))
        return false;
    out->now = clock_now();
    if (out->now_text && !clock_parse(out->now_text, &out->now))
        return usage(out->command, "--now takes a time such as 2026-11-23T11:00:00Z, not ",
                     out->now_text);
    if (out->command == COMMAND_RENDER && !out->help && (!out->specs || !out->output))
        return usage(out->command, "render needs --specs DIR and --output DIR", "");
    if (out->command == COMMAND_VALIDATE && out->specs && out->config)
        return usage(out->command, "validate takes either --specs or -c, not both", "");
    if (out->command == COMMAND_KEYGEN && !out->help && !out->operands[0])
        return usage(out->command, "keygen needs the FILE to write", "");
    return out->help || operands_enough(out);
}

bool options_parse(struct options *out, int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    const char **place;
    int command;

    *out = (struct options){ .command = COMMAND_COUNT };
    if (argc < 2)
        return usage(COMMAND_COUNT, "a command is missing", "");
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "--version") == 0)
        word = word[2] == 'v' ? "version" : "help";
    if ((command = command_find(word)) < 0)
        return usage_near(COMMAND_COUNT, "unknown command ", word, command_near(word));
    out->command = (enum command)command;
    for (int i = 2; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1]) {
            if (!option_take(out, argc, argv, &i))
                return false;
        } else if ((place = operand_place(out))) {
            *place = argv[i];
        } else {
            return usage(out->command, "unexpected argument ", argv[i]);
        }
    }
    return options_check(out);
}
