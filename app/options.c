/* app/options.c - parses the command line by the rows of options and commands. */
#include "app/options.h"
#include "app/homepath.h"
#include "app/usage.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/suggest.h"
#include "base/text.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const output_format_names[] = {
    [FORMAT_TABLE] = "table",   [FORMAT_TEXT] = "text",         [FORMAT_JSON] = "json",
    [FORMAT_YAML] = "yaml",     [FORMAT_MARKDOWN] = "markdown", [FORMAT_SARIF] = "sarif",
    [FORMAT_GITHUB] = "github", [FORMAT_JUNIT] = "junit",       [FORMAT_MERMAID] = "mermaid",
    [FORMAT_DOT] = "dot",       [FORMAT_SVG] = "svg",
};
static_assert(LENGTH(output_format_names) == FORMAT_COUNT, "every format has its name");
const struct enum_table output_formats = ENUM_TABLE(output_format_names);

enum { SPELLING_SIZE = 64 };

bool options_select(const struct options *options, const char *virtual_mesh)
{
    const size_t len = options->namespace ? strlen(options->namespace) : 0;

    if (options->target)
        return strcmp(options->target, virtual_mesh) == 0;
    return !len
           || (strncmp(virtual_mesh, options->namespace, len) == 0 && virtual_mesh[len] == '/');
}

/* --- options --- */

/* The option of a long name of len bytes, or of a letter (len 1), among those in the mask; -1: none
 * of them. */
static int find_long(const char *name, size_t len, uint64_t mask)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (mask & (UINT64_C(1) << i) && strlen(option_row((enum option)i)->name) == len
            && strncmp(option_row((enum option)i)->name, name, len) == 0)
            return i;
    return -1;
}

static int find_letter(char letter, uint64_t mask)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (mask & (UINT64_C(1) << i) && option_row((enum option)i)->letter == letter)
            return i;
    return -1;
}

static bool unknown_option(const struct command *command, const char *word)
{
    const uint64_t mask = command ? command_options(command, NULL) : UINT64_MAX;
    const char *names[OPTION_COUNT], *near;
    char meant[SPELLING_SIZE];
    size_t count = 0;

    for (int i = 0; i < OPTION_COUNT; i++)
        if (mask & (UINT64_C(1) << i))
            names[count++] = option_row((enum option)i)->name;
    snprintf(meant, sizeof meant, "%.*s", (int)strcspn(word, "="), word);
    if ((near = suggest_nearest(meant + strspn(meant, "-"), names, count)))
        snprintf(meant, sizeof meant, "--%s", near);
    return usage_wrong(command, "unknown option ", word, near ? meant : NULL);
}

/* "--report=~/x" reaches weft as it is written. */
static bool path_allowed(const struct command *command, const char *name, const char *path)
{
    AUTO_TEXT why = { 0 };

    if (!homepath_is(path))
        return true;
    text_addf(&why, "--%s: ", name);
    homepath_tell(&why, path);
    return usage_wrong(command, why.bytes, "", NULL);
}

/* One of the names between blanks; else a message with all of them. */
static bool choice_allowed(const struct command *command, const char *what, const char *choices,
                           const char *value)
{
    const char *names[OPTION_COUNT];
    char copy[SPELLING_SIZE], *rest = NULL;
    AUTO_TEXT text = { 0 };
    size_t count = 0;

    snprintf(copy, sizeof copy, "%s", choices);
    for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        if (strcmp(name, value) == 0)
            return true;
        names[count++] = name;
    }
    text_addf(&text, "unknown %s %s; there are ", what, value);
    usage_list(&text, choices);
    return usage_wrong(command, text.bytes, "", suggest_nearest(value, names, count));
}

static bool value_set(struct options *out, int option, const char *value)
{
    const struct option_row *row = option_row((enum option)option);
    AUTO_TEXT what = { 0 };

    text_addf(&what, "value of --%s:", row->name);
    if (row->choices && !choice_allowed(out->command, what.bytes, row->choices, value))
        return false;
    *(const char **)((char *)out + row->offset) = value;
    if (strcmp(row->value, "FILE") != 0 && strcmp(row->value, "DIR") != 0)
        return true;
    return path_allowed(out->command, row->name, value);
}

static void flag_set(struct options *out, int option)
{
    *(bool *)((char *)out + option_row((enum option)option)->offset) = true;
}

/* The arguments of a command line; next is the index of the one to take next. */
struct words {
    int count, next;
    char **list;
};

/* Takes an option whose value is inline_value or the next argument. */
static bool take(struct options *out, struct words *words, int option, const char *inline_value)
{
    const char *word = words->list[words->next - 1];

    out->given |= UINT64_C(1) << option;
    if (!option_row((enum option)option)->value) {
        flag_set(out, option);
        return !inline_value
               || usage_wrong(out->command, "this option takes no value: ", word, NULL);
    }
    if (!inline_value && words->next >= words->count)
        return usage_wrong(out->command, "this option needs a value: ", word, NULL);
    return value_set(out, option, inline_value ? inline_value : words->list[words->next++]);
}

static bool take_long(struct options *out, struct words *words, const char *word)
{
    const char *name = word + 2, *equal = strchr(name, '=');
    const size_t len = equal ? (size_t)(equal - name) : strlen(name);
    const int option = find_long(name, len, command_options(out->command, NULL));

    if (option < 0)
        return unknown_option(out->command, word);
    return take(out, words, option, equal ? equal + 1 : NULL);
}

/* "-o json", "-ojson", "-o=json"; flags may be combined: "-qw". */
static bool take_letters(struct options *out, struct words *words, const char *word)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const int option = find_letter(*letter, command_options(out->command, NULL));
        const char *rest = letter[1] == '=' ? letter + 2 : letter[1] ? letter + 1 : NULL;

        if (option < 0)
            return unknown_option(out->command, word);
        if (option_row((enum option)option)->value || letter[1] == '=')
            return take(out, words, option, rest);
        take(out, words, option, NULL);
    }
    return true;
}

/* --- operands --- */

/* The n-th name of an operand list such as "VERB [NAMESPACE/NAME]"; NULL: there is none.
 * "[NAME...]", the last one, takes any number of names, as far as there is room. */
static const char *operand_shape(const struct options *options, size_t n)
{
    const struct verb *verb = options->verb;
    const char *operands = options->command->operands, *shape;

    if (verb && verb->operands && n > 0) {
        operands = verb->operands;
        n--;
    }
    shape = operands;
    for (size_t left = n; left && *shape; left--)
        shape += strcspn(shape, " ") + strspn(shape + strcspn(shape, " "), " ");
    if (!*shape && text_ends(operands, "...]") && n < OPERANDS_MAX)
        return strrchr(operands, '[');
    return *shape ? shape : NULL;
}

static bool is_target(const char *shape)
{
    return strncmp(shape + (*shape == '['), "NAMESPACE/", strlen("NAMESPACE/")) == 0;
}

static bool operand_take(struct options *out, size_t n, const char *word)
{
    const char *shape = operand_shape(out, n);

    if (!shape)
        return usage_wrong(out->command, "unexpected argument ", word, NULL);
    if (n == 0 && out->command->verbs[0].name) {
        out->verb = verb_find(out->command, word);
        return out->verb || usage_unknown_verb(out->command, word);
    }
    if (is_target(shape))
        out->target = word;
    else
        out->operands[n] = word;
    return true;
}

/* Every operand that is not in brackets must be there. */
static bool operands_complete(const struct options *options, size_t count)
{
    const char *shape = operand_shape(options, count);

    return !shape || *shape == '[' || usage_missing(options->command, shape);
}

/* "-n NAMESPACE NAME" is "NAMESPACE/NAME". */
static bool target_complete(struct options *out)
{
    const char *slash = out->target ? strchr(out->target, '/') : NULL;
    const size_t len = slash ? (size_t)(slash - out->target) : 0;

    if (!out->target)
        return true;
    if (!slash && !out->namespace)
        return usage_wrong(out->command,
                           "name the namespace too, as NAMESPACE/NAME or with -n: ", out->target,
                           NULL);
    if (slash && out->namespace
        && (strlen(out->namespace) != len || strncmp(out->namespace, out->target, len) != 0))
        return usage_wrong(out->command, "-n names another namespace than ", out->target, NULL);
    if (slash)
        return true;
    if (snprintf(out->target_text, sizeof out->target_text, "%s/%s", out->namespace, out->target)
        >= (int)sizeof out->target_text)
        return usage_wrong(out->command, "a name is too long: ", out->target, NULL);
    out->target = out->target_text;
    return true;
}

/* --- all together --- */

/* "-o" or "--step": the short form of an option when it has one. */
static const char *spelling(char out[SPELLING_SIZE], enum option option)
{
    if (option_row((enum option)option)->letter)
        snprintf(out, SPELLING_SIZE, "-%c", option_row((enum option)option)->letter);
    else
        snprintf(out, SPELLING_SIZE, "--%s", option_row((enum option)option)->name);
    return out;
}

/* An option that has no effect with this verb is a mistake of the user. */
static bool verb_takes_all(const struct options *options)
{
    const uint64_t needless = options->given & ~command_options(options->command, options->verb);
    char name[SPELLING_SIZE], what[SPELLING_SIZE];

    for (int i = 0; i < OPTION_COUNT; i++)
        if (needless & (UINT64_C(1) << i)) {
            snprintf(what, sizeof what, "%s takes no ", options->verb->name);
            return usage_wrong(options->command, what, spelling(name, (enum option)i), NULL);
        }
    return true;
}

/* Of a set of options that exclude each other. */
static bool one_at_most(const struct options *options, uint64_t set)
{
    const uint64_t several = set & options->given;
    char name[SPELLING_SIZE];
    AUTO_TEXT text = { 0 };

    if (!(several & (several - 1)))
        return true;
    for (int i = 0; i < OPTION_COUNT; i++)
        if (several & (UINT64_C(1) << i))
            text_addf(&text, "%s%s", text.len ? " and " : "", spelling(name, (enum option)i));
    return usage_wrong(options->command, text.bytes, " exclude each other", NULL);
}

/* Which options a command requires, and which of them exclude each other. */
static bool options_agree(const struct options *options)
{
    const struct command *command = options->command;
    const uint64_t required = command->required | (options->verb ? options->verb->required : 0);
    const uint64_t missing = required & ~options->given;
    char name[SPELLING_SIZE], what[SPELLING_SIZE];

    snprintf(what, sizeof what, "%s%s%s needs ", command->name, options->verb ? " " : "",
             options->verb ? options->verb->name : "");
    for (int i = 0; i < OPTION_COUNT; i++)
        if (missing & (UINT64_C(1) << i))
            return usage_wrong(command, what, spelling(name, (enum option)i), NULL);
    for (size_t i = 0; i < EXCLUSIVE_MAX; i++)
        if (!one_at_most(options, command->exclusive[i]))
            return false;
    return true;
}

/* A command without formats prints none of them, so it does not matter which one it gets. */
static enum output_format format_of(const struct options *options)
{
    const char *formats = options->command->formats ? options->command->formats : "table";
    char name[sizeof "markdown"];
    int format;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(formats, " "), formats);
    format = enums_find(&output_formats, options->format_text ? options->format_text : name);
    assert(format >= 0); /* choice_allowed, and test_options for the rows */
    return (enum output_format)format;
}

static bool options_check(struct options *out, size_t operands)
{
    if (out->help)
        return true;
    out->now = clock_now();
    if (out->now_text && !clock_parse(out->now_text, &out->now))
        return usage_wrong(out->command, "--now takes a time such as 2026-11-23T11:00:00Z, not ",
                           out->now_text, NULL);
    if (out->format_text
        && !choice_allowed(out->command, "format", out->command->formats, out->format_text))
        return false;
    out->format = format_of(out);
    return operands_complete(out, operands) && verb_takes_all(out) && options_agree(out)
           && target_complete(out);
}

/* The index of the command's name, or of the first argument that is not an option of weft.  Options
 * may precede the command, as in "weft -c x.yaml status". */
static int command_place(int argc, char **argv)
{
    int i = 1;

    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        const char *name = argv[i] + 2, *equal = strchr(argv[i], '=');
        const bool is_long = argv[i][1] == '-';
        const int option =
            is_long ? find_long(name, equal ? (size_t)(equal - name) : strlen(name), UINT64_MAX)
                    : find_letter(argv[i][1], UINT64_MAX);

        if (option < 0)
            break;
        if (option_row((enum option)option)->value && (is_long ? !equal : !*name))
            i++; /* its value */
    }
    return i;
}

static bool command_choose(struct options *out, int argc, char **argv, int *place)
{
    const char *name;

    *place = command_place(argc, argv);
    if (*place < argc)
        name = strcmp(argv[*place], "--version") == 0 ? "version" : argv[*place];
    else if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        name = "help";
    else
        return usage_wrong(NULL, "a command is missing", "", NULL);
    if (*name == '-')
        return unknown_option(NULL, name);
    if (!(out->command = command_find(out->commands, name)))
        return usage_unknown_command(out->commands, name);
    return true;
}

static bool options_take(struct options *out, struct words *words, int skip, size_t *operands)
{
    bool ended = false;

    while (words->next < words->count) {
        const char *word = words->list[words->next++];
        bool taken = true;

        if (words->next - 1 == skip)
            continue;
        if (!ended && strcmp(word, "--") == 0)
            ended = true;
        else if (!ended && word[0] == '-' && word[1] == '-')
            taken = take_long(out, words, word);
        else if (!ended && word[0] == '-' && word[1])
            taken = take_letters(out, words, word);
        else
            taken = operand_take(out, (*operands)++, word);
        if (!taken)
            return false;
    }
    return true;
}

bool options_parse(struct options *out, const struct command *commands, int argc, char **argv)
{
    struct words words = { argc, 1, argv };
    size_t operands = 0;
    int place;

    *out = (struct options){ .commands = commands };
    if (!command_choose(out, argc, argv, &place))
        return false;
    if (place >= argc) /* "weft --help" */
        return true;
    return options_take(out, &words, place, &operands) && options_check(out, operands);
}
