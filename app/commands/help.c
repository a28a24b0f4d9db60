/* app/commands/help.c - weft help: the overview, a command, or a verb of one. */
#include "app/commands/help.h"
#include "app/commands/command.h"
#include "app/explanation.h"
#include "app/usage.h"

int help_show(const struct command *command, const struct verb *verb)
{
    AUTO_TEXT out = { 0 };

    usage_command(&out, command, verb);
    return command_print(&out);
}

static int overview(const struct options *options)
{
    AUTO_TEXT out = { 0 };

    usage_overview(&out, options->commands);
    return command_print(&out);
}

static int explain(const char *id)
{
    const struct explanation *found = explanation_find(id);
    const char *near = found ? NULL : explanation_near(id);
    AUTO_TEXT out = { 0 };

    if (!found) {
        fprintf(stderr, "weft: there is no message %s%s%s%s\n", id, near ? "; did you mean " : "",
                near ? near : "",
                near ? "?" : "; ids begin with V, E, M, D, A, W, T, S, R, K or I");
        return EXIT_USAGE;
    }
    explanation_print(&out, found);
    return command_print(&out);
}

/* A name is a command first and an id of a message second; ids are upper case and digits, commands
 * are not, so none is hidden. */
int help_main(const struct options *options)
{
    const char *name = options->operands[0], *verb_name = options->operands[1];
    const struct command *command = name ? command_find(options->commands, name) : NULL;
    const struct verb *verb = command && verb_name ? verb_find(command, verb_name) : NULL;

    if (name && !command && !verb_name && explanation_is_id(name))
        return explain(name);
    if (name && !command)
        usage_unknown_command(options->commands, name);
    else if (command && verb_name && !verb && !command->verbs[0].name)
        usage_wrong(command, name, " has no verbs", NULL);
    else if (command && verb_name && !verb)
        usage_unknown_verb(command, verb_name);
    else
        return command ? help_show(command, verb) : overview(options);
    return EXIT_USAGE;
}
