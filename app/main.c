/* app/main.c - starts the process safely and hands over to a subcommand. */
#include "app/commands/command.h"
#include "app/commands/evidence.h"
#include "app/commands/keygen.h"
#include "app/commands/plan.h"
#include "app/commands/render.h"
#include "app/commands/rotation.h"
#include "app/commands/run.h"
#include "app/commands/state.h"
#include "app/commands/status.h"
#include "app/commands/trust.h"
#include "app/commands/validate.h"
#include "base/digest.h"
#include "base/wipe.h"
#include "pki/secret.h"
#include "version.h"
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int version_main(const struct options *options)
{
    (void)options;
    puts("weft " WEFT_VERSION "\nbuilt with " WEFT_LIBRARIES);
    return EXIT_CONVERGED;
}

static int help_main(const struct options *options)
{
    int command = options->operands[0] ? command_find(options->operands[0]) : COMMAND_COUNT;
    AUTO_TEXT out = { 0 };

    if (command < 0) {
        const char *near = command_near(options->operands[0]);

        fprintf(stderr, "weft: unknown command %s%s%s%s; see \"weft help\"\n", options->operands[0],
                near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        return EXIT_USAGE;
    }
    options_help(&out, (enum command)command);
    return command_print(&out);
}

static int (*const commands[])(const struct options *options) = {
    [COMMAND_RUN] = run_main,           [COMMAND_PLAN] = plan_main,
    [COMMAND_RENDER] = render_main,     [COMMAND_VALIDATE] = validate_main,
    [COMMAND_STATUS] = status_main,     [COMMAND_ROTATION] = rotation_main,
    [COMMAND_EVIDENCE] = evidence_main, [COMMAND_TRUST] = trust_main,
    [COMMAND_STATE] = state_main,       [COMMAND_KEYGEN] = keygen_main,
    [COMMAND_VERSION] = version_main,   [COMMAND_HELP] = help_main,
};
static_assert(LENGTH(commands) == COMMAND_COUNT, "every command has a function");

/* Before the first outside byte: no core dumps, no other process looks in, secrets in guarded
 * memory. */
static bool protect(const struct options *options)
{
    struct err err;
    bool locked;

    if (secret_protect_all(&locked, &err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return false;
    }
    if (!locked && options->verbose)
        fputs("weft: secrets may be swapped to disk: this machine does not allow enough locked "
              "memory\n",
              stderr);
    return true;
}

/* A descriptor 0 to 2 that is closed would be taken by the next file that is opened, and a message
 * would be written into the state (as OpenSSH's sanitise_stdfd). */
static bool stdio_safe(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err;

    if (!stdio_safe())
        return EXIT_FAILED;
    umask(S_IRWXG | S_IRWXO); /* what others may read is given its mode by name */
    if (!wipe_libcrypto()) {  /* first of all: what was allocated before is not wiped */
        fputs("weft: a library used libcrypto before the program began\n", stderr);
        return EXIT_FAILED;
    }
    if (digest_check(&err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return EXIT_FAILED;
    }
    if (!options_parse(&options, argc, argv))
        return EXIT_USAGE;
    if (options.help) {
        AUTO_TEXT out = { 0 };

        options_help(&out, options.command);
        return command_end(command_print(&out));
    }
    if (!protect(&options))
        return EXIT_FAILED;
    return command_end(commands[options.command](&options));
}
