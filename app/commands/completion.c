/* app/commands/completion.c - weft completion: a script that completes weft's command line. */
#include "app/commands/completion.h"
#include "app/commands/command.h"
#include "app/completion.h"
#include <string.h>

static const struct {
    const char *shell;
    void (*print)(struct text *out, const struct command *commands);
} shells[] = { { "bash", completion_bash },
               { "zsh", completion_zsh },
               { "fish", completion_fish } };

int completion_main(const struct options *options)
{
    AUTO_TEXT out = { 0 };

    for (size_t i = 0; i < LENGTH(shells); i++)
        if (strcmp(shells[i].shell, options->verb->name) == 0)
            shells[i].print(&out, options->commands);
    return command_print(&out);
}
