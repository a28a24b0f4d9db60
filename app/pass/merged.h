/* app/pass/merged.h - with pull requests: what of the trust is on the output branch. */
#ifndef WEFT_APP_PASS_MERGED_H
#define WEFT_APP_PASS_MERGED_H

#include "app/pass/inputs.h"

/* Notes what was merged: from now on the waits of what the branch holds count.  Before anything
 * else is decided. */
MUST_USE int merged_note(struct session *session, const struct inputs *inputs, struct err *err);
/* Whether the output branch holds what the ledger records for a mesh. */
bool merged_has(struct session *session, const struct inputs *inputs, const char *virtual_mesh,
                const char *mesh);

#endif
