/* app/pass/pending.h - which files of the trust the next pass would write.  Reads only. */
#ifndef WEFT_APP_PASS_PENDING_H
#define WEFT_APP_PASS_PENDING_H

#include "app/pass/publish.h"

/* After the comparison of a dry pass: adds the Secrets (or receipts) and records that what is due
 * would change to pass->published.changes.  Nobody knows their content before: before and after of
 * those are zero. */
MUST_USE int pending_find(struct session *session, const struct inputs *inputs,
                          const struct resolved_specs *resolved, const struct trusted *trusted,
                          struct published *published, struct err *err);
/* It was added by pending_find. */
bool pending_file(const struct change *change);

#endif
