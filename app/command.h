/* app/command.h - the subcommands, one file each; each returns the exit status. */
#ifndef WEFT_APP_COMMAND_H
#define WEFT_APP_COMMAND_H

#include "app/config.h"
#include "app/options.h"
#include "app/progress.h"

int run_command(const struct options *options);           /* weft run */
int plan_command(const struct options *options);          /* weft plan */
int render_command(const struct options *options);        /* weft render */
int validate_command(const struct options *options);      /* weft validate */
int status_command(const struct options *options);        /* weft status */
int rotation_command_line(const struct options *options); /* weft rotation */
int evidence_command(const struct options *options);      /* weft evidence */
int trust_command_line(const struct options *options);    /* weft trust */
int keygen_command(const struct options *options);        /* weft keygen */

/* The configuration of options, or false after every mistake was printed on stderr. *status is then
 * the exit status. */
bool command_config(struct config *out, const struct options *options, struct arena *arena,
                    int *status);
/* Prints each diag on a line of its own. */
void command_diags(FILE *to, const struct diags *diags);
/* Everything to stdout; a broken pipe is not an error, a full disk is. */
int command_print(const struct text *text);
#define COMMAND_USER_AGENT "weft"

#endif
