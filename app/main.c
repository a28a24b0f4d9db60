/* app/main.c - starts the process safely and hands over to a subcommand. */
#include "app/command_rows.h"
#include "app/commands/command.h"
#include "app/commands/help.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/wipe.h"
#include "pki/secret.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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
    memory_return_blocks();
    umask(S_IRWXG | S_IRWXO); /* what others may read is given its mode by name */
    if (!wipe_libcrypto()) {  /* first of all: what was allocated before is not wiped */
        fputs("weft: a library used libcrypto before the program began\n", stderr);
        return EXIT_FAILED;
    }
    if (digest_check(&err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return EXIT_FAILED;
    }
    if (!options_parse(&options, command_rows(), argc, argv))
        return EXIT_USAGE;
    if (options.help)
        return command_end(help_show(options.command, options.verb));
    if (!protect(&options))
        return EXIT_FAILED;
    return command_end(options.command->run(&options));
}
