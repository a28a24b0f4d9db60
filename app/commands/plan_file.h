/* app/commands/plan_file.h - a plan on disk, between the review of it and the pass that carries it
 * out. */
#ifndef WEFT_APP_COMMANDS_PLAN_FILE_H
#define WEFT_APP_COMMANDS_PLAN_FILE_H

#include "app/pass/approved.h"
#include "app/pass/outcome.h"

/* Writes what a dry pass found, as JSON of kind SavedPlan: the commits that it started from, the
 * digest of all that decides, the due certificates, and each file with its blob.  Nothing secret.
 * -1 when it would change the inventory, too: then the next pass would render another one. */
MUST_USE int plan_file_write(const char *path, const struct outcome *outcome, struct arena *arena,
                             struct err *err);
/* Reads one; in the arena. */
MUST_USE int plan_file_read(struct approved *out, const char *path, struct arena *arena,
                            struct err *err);

#endif
