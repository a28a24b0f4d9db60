/* app/commands/command.c - what every subcommand needs: the configuration and the printing of
 * mistakes.
 *
 * Confinement begins here (command_confine), as soon as it is known which files and servers a
 * command needs: after the configuration is read and before anything else is. A command without a
 * configuration is confined by its options alone.
 *
 * Every command ends by flushing standard output and looking at the result. A full disk would
 * otherwise cut a plan or a bundle short with exit status 0. A pipe that the reader closed is no
 * failure. */
#include "app/commands/command.h"
#include "app/color.h"
#include "app/config_check.h"
#include "app/confinement.h"
#include "base/files.h"
#include "base/sanitizer.h"
#include "pki/ledger_check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void command_findings(FILE *to, const char *before, const struct findings *findings,
                      const struct options *options)
{
    static const enum color colors[] = {
        [SEVERITY_ERROR] = COLOR_RED, [SEVERITY_WARNING] = COLOR_YELLOW
    };
    const bool colored = color_wanted(options, fileno(to));

    for (int severity = SEVERITY_ERROR; severity <= SEVERITY_WARNING; severity++) {
        size_t count;
        const char **lines = findings_lines(&count, findings, (enum severity)severity, SIZE_MAX);

        for (size_t i = 0; i < count; i++)
            fprintf(to, "%s%s%s%s\n", colored ? color_code(colors[severity]) : "", before, lines[i],
                    colored ? color_code(COLOR_PLAIN) : "");
    }
}

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

/* -c, else what the environment says, else weft.yaml in the working folder. */
static const char *config_name(const struct options *options)
{
    const char *named = options->config ? options->config : getenv("WEFT_CONFIG");

    return text_empty(named) ? "weft.yaml" : named;
}

bool command_config(struct config *out, const struct options *options, struct arena *arena,
                    int *status)
{
    struct diags diags = { .arena = arena };
    struct err err;

    if (config_read(out, config_name(options), arena, &diags, &err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        *status = EXIT_USAGE;
        return false;
    }
    if (options->command->reads_disk && !diags.errors)
        config_check_disk(out, arena, &diags);
    diags_sort(&diags);
    command_diags(stderr, &diags);
    if (diags.errors) {
        fprintf(stderr, "weft: the configuration has %zu mistake%s; nothing was done\n",
                diags.errors, diags.errors == 1 ? "" : "s");
        *status = EXIT_USAGE;
        return false;
    }
    command_confine(out, options, arena);
    return true;
}

void command_confine(const struct config *config, const struct options *options,
                     struct arena *arena)
{
    struct confinement confinement = confinement_plan(config, options, arena);

    if (config && !config->confined)
        return;
    if (SANITIZED)
        confinement.calls = CONFINE_ANY;
    confinement_enter(&confinement, options);
}

bool command_state_is_there(const struct config *config)
{
    if (access(config->state_path, F_OK) == 0 || errno != ENOENT)
        return true;
    fprintf(stderr,
            "weft: the state %s (state.path) is not there: either no pass has run with it yet, "
            "or %s names the wrong file\n",
            config->state_path, config->file);
    return false;
}

/* Whether its contents can be believed is for a pass to find out, which sees the output branch. */
int command_accepted(const struct store *store, const struct config *config, struct err *err)
{
    if (!store_is_unaccepted(store))
        return 0;
    return err_set(
        err, ERR_REFUSED, 0,
        "the state file %s is of an older weft, and no pass of this one has taken it over "
        "yet: let \"weft run\" do so first",
        config->state_path);
}

/* Without the state key: rows are checked as far as certificates and signatures go, not by their
 * MACs. */
bool command_open_state(struct store **store, struct ledger *ledger, const struct config *config,
                        struct arena *arena)
{
    struct err err;

    if (!command_state_is_there(config))
        return false;
    if (store_open(store, config->state_path, STORE_READ, NULL, &err) < 0
        || store_load(ledger, *store, arena, &err) < 0
        || ledger_check(ledger, config->state_path, &err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return false;
    }
    return true;
}

/* A command that only looks must not leave a cache behind in a place where passes would then find
 * it, possibly with another owner. With a cache it uses that one, so that a fetch is short. */
struct scratch scratch_open(struct config *config, struct arena *arena)
{
    const char *place = getenv("TMPDIR");
    struct scratch scratch = { NULL };
    char *folder;

    if (access(config->cache_path, F_OK) == 0)
        return scratch;
    folder = arena_printf(arena, "%s/weft-look-XXXXXX", text_empty(place) ? "/tmp" : place);
    if (mkdtemp(folder))
        config->cache_path = scratch.folder = folder;
    return scratch;
}

void scratch_close(const struct scratch *scratch)
{
    struct err err;

    if (scratch->folder && file_remove_folders(scratch->folder, &err) < 0)
        fprintf(stderr, "weft: %s\n", err.text);
}

/* Writes out what is buffered.  A reader that closed the pipe early ("| head") is no failure. */
static int flush_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_CONVERGED;
    if (errno == EPIPE) {
        clearerr(stdout);
        return EXIT_CONVERGED;
    }
    fprintf(stderr, "weft: write to standard output: %s\n",
            errno ? strerror(errno) : "not all of it could be written");
    clearerr(stdout); /* reported once */
    return EXIT_FAILED;
}

int command_print(const struct text *text)
{
    errno = 0;
    if (text->len)
        fwrite(text->bytes, 1, text->len, stdout);
    return flush_output();
}

int command_show(const struct text *text, const struct options *options)
{
    AUTO_TEXT colored = { 0 };

    if (!text->len || !color_wanted(options, STDOUT_FILENO))
        return command_print(text);
    color_lines(&colored, text->bytes);
    return command_print(&colored);
}

int command_failed(const struct err *err)
{
    fprintf(stderr, "weft: %s\n", err->text);
    return EXIT_FAILED;
}

int command_end(int status)
{
    errno = 0;
    return flush_output() == EXIT_CONVERGED ? status : EXIT_FAILED;
}
