/* app/commands/help.c - weft help: the overview, a command, or a verb of one. */
#include "app/commands/help.h"
#include "app/commands/command.h"
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

int help_main(const struct options *options)
{
    const char *name = options->operands[0], *verb_name = options->operands[1];
    const struct command *command = name ? command_find(options->commands, name) : NULL;
    const struct verb *verb = command && verb_name ? verb_find(command, verb_name) : NULL;

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
