/* app/pass/pending.h - which files of the trust the next pass would write.  Reads only. */
#ifndef WEFT_APP_PASS_PENDING_H
#define WEFT_APP_PASS_PENDING_H

#include "app/pass/inputs.h"
#include "app/pass/trusted.h"
#include "sync/publish.h"

/* After the comparison of a dry pass: adds the Secrets (or receipts) and records that what is due
 * would change to result->changes.  Their content is not known before they are made: before and
 * after of those are zero.  A file that is removed when its cluster gets its cacerts in another way
 * is pending as well: it stays while that fails. */
MUST_USE int pending_find(struct session *session, const struct inputs *inputs,
                          const struct trusted *trusted, struct publish_result *result,
                          struct err *err);
/* It was added by pending_find. */
bool pending_file(const struct change *change);

#endif
