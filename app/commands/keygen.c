/* app/commands/keygen.c - weft keygen: a new state key in a file.
 *
 * The key is 32 random bytes, written to a new file of mode 0600; an existing file is never
 * replaced, because it may be the only key that opens a state. Printing it is refused: it would
 * stay in a terminal's history or the log of a pipeline. */
#include "app/commands/keygen.h"
#include "app/commands/command.h"
#include "pki/custody.h"
#include "pki/state_key.h"
#include <string.h>

int keygen_main(const struct options *options)
{
    struct err err;

    if (strcmp(options->operands[0], "-") == 0) {
        fputs("weft: a state key is never printed: name the FILE to write, or ./- for one of that "
              "name; see \"weft help keygen\"\n",
              stderr);
        return EXIT_USAGE;
    }
    if (state_key_create(options->operands[0], &err) < 0)
        return command_failed(&err);
    if (!options->quiet)
        printf("%s is a new state key; keep a copy of it apart from the state\n",
               options->operands[0]);
    return EXIT_CONVERGED;
}
