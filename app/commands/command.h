/* app/commands/command.h - what the subcommands share: configuration, state, output, exit status.
 */
#ifndef WEFT_APP_COMMANDS_COMMAND_H
#define WEFT_APP_COMMANDS_COMMAND_H

#include "api/finding.h"
#include "app/config.h"
#include "app/options.h"
#include "app/progress.h"
#include "state/store.h"

/* The configuration of options, or false after every mistake was printed on stderr. *status is then
 * the exit status.  From here on the process can do only what this configuration needs. */
bool command_config(struct config *out, const struct options *options, struct arena *arena,
                    int *status);
/* The walls of app/confinement.h around the rest of this run; command_config has built them
 * already. config NULL: the command works on the files of its command line. */
void command_confine(const struct config *config, const struct options *options,
                     struct arena *arena);
/* False, and the reason on stderr. */
bool command_state_is_there(const struct config *config);
/* Refuses a state of an older weft that no pass has taken over yet. */
MUST_USE int command_accepted(const struct store *store, const struct config *config,
                              struct err *err);
/* The state, to read; it must be there.  False, and the reason on stderr. */
bool command_open_state(struct store **store, struct ledger *ledger, const struct config *config,
                        struct arena *arena);
/* A command that only looks creates no folder: where there is no cache yet, a temporary one takes
 * its place in config until scratch_close. */
struct scratch {
    const char *folder; /* NULL: none was needed, or none could be made */
};
struct scratch scratch_open(struct config *config, struct arena *arena);
void scratch_close(const struct scratch *scratch);
#define AUTO_SCRATCH __attribute__((cleanup(scratch_close), unused)) struct scratch
/* Prints each finding on a line of its own, errors first.  before: what each line begins with. */
void command_findings(FILE *to, const char *before, const struct findings *findings,
                      const struct options *options);
/* Prints each diag on a line of its own. */
void command_diags(FILE *to, const struct diags *diags);
/* Everything to stdout; a broken pipe is not an error, a full disk is. */
int command_print(const struct text *text);
/* The same for a table or list to read, in color where that is wanted. */
int command_show(const struct text *text, const struct options *options);
/* Prints what went wrong on stderr; EXIT_FAILED. */
int command_failed(const struct err *err);
/* The end of every command: its exit status, or EXIT_FAILED when its output could not be written.
 */
int command_end(int status);

#endif
