/* app/pass/removed.h - virtual meshes whose trust nobody asks for any more: it goes on under
 * another name, or waits. */
#ifndef WEFT_APP_PASS_REMOVED_H
#define WEFT_APP_PASS_REMOVED_H

#include "app/pass/requests.h"
#include "app/pass/session.h"

/* After the requests were gathered, before anything is decided.  Changes the ledger; not saved. */
MUST_USE int removed_settle(struct trusted *trusted, struct session *session,
                            const struct specs *specs, const struct requests *requests,
                            struct err *err);

#endif
