/* app/command.c - what every subcommand needs: the configuration and the printing of mistakes. */
#include "app/command.h"
#include <errno.h>
#include <string.h>

void command_diags(FILE *to, const struct diags *diags)
{
    size_t shown = 0;

    for (const struct diag *diag = diags->first; diag; diag = diag->next) {
        AUTO_TEXT line = { 0 };

        diag_print(&line, diag);
        fprintf(to, "%s\n", line.bytes);
        shown++;
    }
    if (diags->errors + diags->warnings > shown)
        fprintf(to, "and %zu more\n", diags->errors + diags->warnings - shown);
}

bool command_config(struct config *out, const struct options *options, struct arena *arena,
                    int *status)
{
    struct diags diags = { .arena = arena };
    struct err err;

    if (config_read(out, options->config ? options->config : "weft.yaml", arena, &diags, &err)
        < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        *status = EXIT_USAGE;
        return false;
    }
    diags_sort(&diags);
    command_diags(stderr, &diags);
    if (diags.errors) {
        fprintf(stderr, "weft: the configuration has %zu mistake%s; nothing was done\n",
                diags.errors, diags.errors == 1 ? "" : "s");
        *status = EXIT_USAGE;
        return false;
    }
    return true;
}

int command_print(const struct text *text)
{
    if (text->len && fwrite(text->bytes, 1, text->len, stdout) != text->len && errno != EPIPE) {
        fprintf(stderr, "weft: write to standard output: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    if (fflush(stdout) != 0 && errno != EPIPE) {
        fprintf(stderr, "weft: write to standard output: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    return EXIT_CONVERGED;
}
