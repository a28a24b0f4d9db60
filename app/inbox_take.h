/* app/inbox_take.h - requests that operators made while a pass had the state: from their files into
 * the ledger. */
#ifndef WEFT_APP_INBOX_TAKE_H
#define WEFT_APP_INBOX_TAKE_H

#include "app/progress.h"
#include "state/inbox.h"
#include "state/store.h"

/* Adds every request that waits beside the state to the ledger, saves it, and removes the files.
 * One that makes no sense any more, or is not authentic, is reported as a warning, by name. *taken:
 * how many changed the ledger. */
MUST_USE int inbox_take(size_t *taken, struct store *store, struct ledger *ledger,
                        const char *state_path, const struct ledger_key *key,
                        struct progress *progress, struct err *err);
/* The ledger as it will be when they are taken; saves and removes nothing. */
MUST_USE int inbox_take_preview(struct ledger *ledger, const char *state_path,
                                const struct ledger_key *key, struct err *err);

#endif
