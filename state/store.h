/* state/store.h - one SQLite file: what cannot be computed again.  One writer at a time. */
#ifndef WEFT_STATE_STORE_H
#define WEFT_STATE_STORE_H

#include "base/err.h"
#include "state/ledger.h"

struct store;

enum store_mode {
    STORE_WRITE, /* created when missing (0600); locked against other passes until closed */
    STORE_READ   /* status, plan: changes nothing; a missing file is an empty state */
};

/* Refuses, and never writes to: a file that others may read or exchange, of a newer schema,
 * corrupt, or bound to another state key.  key NULL (STORE_READ only): rows are not checked against
 * their MACs, and the state key is not compared; otherwise it must live as long as the store. */
MUST_USE int store_open(struct store **out, const char *path, enum store_mode mode,
                        const struct ledger_key *key, struct err *err);
/* Whether a failure of store_open or store_load says that another process uses the file. */
bool store_in_use(const struct err *err);
void store_close(struct store *store);
AUTO_DEFINE(struct store, store_close)

/* A file of a schema without MACs, which is brought up to date but not written yet: the caller
 * checks whether its contents can be believed, and then accepts it.  Until then nothing can be
 * saved; a store that is closed before leaves the file as it was. */
bool store_is_unaccepted(const struct store *store);
MUST_USE int store_accept(struct store *store, struct err *err);

/* With a key, every row is checked before any is handed out: a row that weft did not write, and
 * rows that were added, deleted or brought back from an older file, refuse the file. */
MUST_USE int store_load(struct ledger *out, struct store *store, struct arena *arena,
                        struct err *err);
/* Every row with changed = true, in one transaction; clears the flags. */
MUST_USE int store_save(struct store *store, struct ledger *ledger, struct err *err);

/* Looks at what a rekeyed file holds, read back with the new key; -1 and err keep the former one.
 */
struct store_proof {
    int (*prove)(const void *context, const struct ledger *ledger, struct err *err);
    const void *context;
};
/* Puts the file under another state key, in one transaction: the changed rows of the ledger, whose
 * sealed keys the caller has sealed under it, the MAC of every row, and the seals.  All of it is
 * read back and proved before the transaction ends; a failure or a kill before that leaves the file
 * as it was, under the former key.  key must live as long as the store. */
MUST_USE int store_rekey(struct store *store, struct ledger *ledger, const struct ledger_key *key,
                         const struct store_proof *proof, struct err *err);

/* How often the state was saved, ever: never goes down, and is authenticated like the rows.  0:
 * there is no state. */
uint64_t store_counter(const struct store *store);
/* The next save counts from here, when that is more. */
void store_raise(struct store *store, uint64_t counter);

/* One part of the file: what was looked at, how many rows, and what is wrong (NULL: nothing). */
struct store_finding {
    const char *part;
    size_t rows;
    const char *wrong;
};
/* Checks every part, and continues after a damaged one.  Findings are in the arena. */
MUST_USE int store_check(struct store_finding **out, size_t *count, struct store *store,
                         struct arena *arena, struct err *err);

#endif
