/* app/usage.c - help, from the tables of commands and options; and what to say of a wrong use.
 *
 * One place makes help, usage and the manual's list of options, so they cannot differ. A wrong use
 * names what is near; where nothing is near it lists what there is. It never guesses: `weft
 * rotatoin start` must not start anything. */
#include "app/usage.h"
#include "base/compiler.h"
#include "base/suggest.h"
#include <stdio.h>
#include <string.h>

enum { NAMES_MAX = 32, SPELLING_SIZE = 64 };

void usage_list(struct text *out, const char *names)
{
    for (; *names; names++) {
        if (*names == ' ')
            text_addc(out, ',');
        text_addc(out, *names);
    }
}

/* --- help --- */

void usage_overview(struct text *out, const struct command *commands)
{
    const char *group = "";

    text_adds(out, "weft makes one virtual mesh of many Istio clusters, by Git.\n\n"
                   "usage: weft COMMAND [OPTIONS]\n");
    for (const struct command *command = commands; command->name; command++) {
        if (strcmp(group, command->group) != 0)
            text_addf(out, "\n%s:\n", command->group);
        group = command->group;
        text_addf(out, "  %-10s  %s\n", command->name, command->summary);
    }
    text_adds(out, "\n\"weft help COMMAND\" lists the verbs and options of a command.\n"
                   "exit status: 0 converged, 1 failed, 2 wrong usage, 3 some specs were refused "
                   "(the others\nwere served), 4 changes ahead (plan)\n");
}

static void add_verbs(struct text *out, const struct command *command)
{
    text_adds(out, "\nverbs:\n");
    for (const struct verb *verb = command->verbs; verb->name; verb++)
        text_addf(out, "  %-10s  %s\n", verb->name, verb->summary);
}

static void add_option(struct text *out, const struct command *command, enum option option)
{
    const struct option_row *row = option_row(option);
    char left[SPELLING_SIZE];

    snprintf(left, sizeof left, "%s--%s%s%s",
             row->letter ? (char[]){ '-', row->letter, ',', ' ', 0 } : "    ", row->name,
             row->value ? " " : "", row->value ? row->value : "");
    text_addf(out, "  %-26s  %s", left, row->help);
    if (row->choices || option == OPTION_FORMAT) {
        text_addc(out, ' ');
        usage_list(out, row->choices ? row->choices : command->formats);
    }
    text_addc(out, '\n');
}

static bool is_required(const char *operands) { return *operands && *operands != '['; }

/* The operands after the verb, or all of them. */
static const char *operands_of(const struct command *command, const struct verb *verb)
{
    const char *rest = verb ? strchr(command->operands, ' ') : command->operands;

    if (verb && verb->operands)
        return verb->operands;

    return rest ? rest + strspn(rest, " ") : "";
}

void usage_command(struct text *out, const struct command *command, const struct verb *verb)
{
    const uint64_t takes = command_options(command, verb);
    const char *operands = operands_of(command, verb);

    text_addf(out, "usage: weft %s%s%s%s%s [OPTIONS]\n\n", command->name, verb ? " " : "",
              verb ? verb->name : "", *operands ? " " : "", operands);
    if (verb)
        text_addf(out, "%s %s: %s\n", command->name, verb->name, verb->summary);
    else
        text_addf(out, "%s\n", command->text);
    if (!verb && command->verbs[0].name)
        add_verbs(out, command);
    text_adds(out, "\noptions:\n");
    for (int i = 0; i < OPTION_COUNT; i++)
        if (takes & (UINT64_C(1) << i))
            add_option(out, command, (enum option)i);
    if (strstr(operands, "NAMESPACE/NAME") && is_required(operands))
        text_adds(out, "\nNAMESPACE/NAME is that of a VirtualMesh; with -n, NAME alone.\n");
}

/* --- wrong use --- */

bool usage_wrong(const struct command *command, const char *what, const char *detail,
                 const char *near)
{
    fprintf(stderr, "weft: %s%s", what, detail);
    if (near)
        fprintf(stderr, "; did you mean %s?", near);
    fprintf(stderr, "%s \"weft help%s%s\"\n", near ? " See" : "; see", command ? " " : "",
            command ? command->name : "");
    return false;
}

static void add_names(struct text *out, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_addf(out, "%s%s", i ? ", " : "; there are ", names[i]);
}

/* With no name near there is a list to choose from. */
static bool unknown(const struct command *command, const char *kind, const char *name,
                    const char *const *names, size_t count)
{
    const char *near = suggest_nearest(name, names, count);
    AUTO_TEXT list = { 0 };

    text_addf(&list, "unknown %s %s", kind, name);
    if (!near)
        add_names(&list, names, count);
    return usage_wrong(command, list.bytes, "", near);
}

bool usage_unknown_command(const struct command *commands, const char *name)
{
    const char *names[NAMES_MAX];
    size_t count = 0;

    for (const struct command *command = commands; command->name && count < NAMES_MAX; command++)
        names[count++] = command->name;
    return unknown(NULL, "command", name, names, count);
}

static size_t verb_names(const struct command *command, const char *names[VERBS_MAX])
{
    size_t count = 0;

    for (const struct verb *verb = command->verbs; verb->name; verb++)
        names[count++] = verb->name;
    return count;
}

bool usage_unknown_verb(const struct command *command, const char *name)
{
    const char *names[VERBS_MAX];
    const size_t count = verb_names(command, names);

    return unknown(command, "verb", name, names, count);
}

bool usage_missing(const struct command *command, const char *shape)
{
    const char *names[VERBS_MAX], *optional = strstr(shape, " [");
    const size_t count = verb_names(command, names);
    const int len = optional ? (int)(optional - shape) : (int)strlen(shape);
    AUTO_TEXT what = { 0 };

    if (count && shape == command->operands) {
        text_addf(&what, "%s needs a verb", command->name);
        add_names(&what, names, count);
    } else {
        text_addf(&what, "%s needs %s%.*s", command->name,
                  strchr(shape, ' ') == optional ? "a " : "", len, shape);
    }
    return usage_wrong(command, what.bytes, "", NULL);
}
