/* state/store.h - one SQLite file: what cannot be computed again.  One writer at a time. */
#ifndef WEFT_STATE_STORE_H
#define WEFT_STATE_STORE_H

#include "base/err.h"
#include "pki/ledger.h"

struct store;

enum store_mode {
    STORE_WRITE, /* created when missing (0600); locked against other passes until closed */
    STORE_READ   /* status, plan: changes nothing; a missing file is an empty state */
};

/* Refuses, and never writes to: a file readable by others, of a newer schema, corrupt, or bound to
 * another state key. key_id is that of the state key (NULL: do not compare); it is recorded when
 * the file is made. */
MUST_USE int store_open(struct store **out, const char *path, enum store_mode mode,
                        const char *key_id, struct err *err);
void store_close(struct store *store);
AUTO_DEFINE(struct store, store_close)
MUST_USE int store_load(struct ledger *out, struct store *store, struct arena *arena,
                        struct err *err);
/* Every row with changed = true, in one transaction; clears the flags. */
MUST_USE int store_save(struct store *store, struct ledger *ledger, struct err *err);

#endif
