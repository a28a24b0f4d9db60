/* state/seal.h - whether what is in the state is what weft wrote there: a MAC for each row, and one
 * for each table as a whole. */
#ifndef WEFT_STATE_SEAL_H
#define WEFT_STATE_SEAL_H

#include "base/text.h"
#include "state/ledger.h"
#include "state/sql.h"
#include "state/tables.h"

#include <stdbool.h>

enum { SEAL_TABLES_MAX = 16, SEAL_MAC = 32, SEAL_HALF = SEAL_MAC / 2 };

/* The rows of a table that were seen or written, as a set. */
struct seal_sum {
    int64_t rows;
    unsigned char bytes[SEAL_MAC];
};

struct seal {
    const struct ledger_key *key; /* NULL: nothing is checked, and nothing can be written */
    uint64_t counter;             /* how often the state was saved */
    struct seal_sum sums[SEAL_TABLES_MAX];
    unsigned char macs[SEAL_TABLES_MAX][SEAL_MAC]; /* of the tables that were checked or sealed */
    struct text work;
    struct err failure; /* of the last MAC that could not be computed */
};

/* Makes the SQL functions of rows.c known to the connection:
 *   weft_mac(T, rowid, column...)       the MAC of a row of tables[T]; the row is added to the sum
 *   weft_good(mac, T, rowid, column...) 1 when mac is that MAC; the row is added to the sum
 *   weft_drop(T, rowid, column...)      takes the row out of the sum
 *   weft_digest(text)                   its SHA-256, hex
 * seal must stay where it is until the connection is closed. */
MUST_USE int seal_begin(struct seal *seal, const struct sql *sql, struct err *err);
void seal_end(struct seal *seal);
/* Before all rows of all tables are read again. */
void seal_restart(struct seal *seal);
/* The table that was just read has just the rows that weft wrote last.  Also reads the counter. */
MUST_USE int seal_check(struct seal *seal, const struct table *table, const struct sql *sql,
                        struct err *err);
/* After all tables: they belong together, and are made as weft makes them, with nothing beside
 * them. */
MUST_USE int seal_check_schema(struct seal *seal, const struct sql *sql, struct err *err);
/* Inside a transaction, after its last row: the counter goes up, and every table is sealed. */
MUST_USE int seal_write(struct seal *seal, const struct sql *sql, struct err *err);
/* Without checking anything; 0: there is none. */
MUST_USE int seal_counter(uint64_t *out, const struct sql *sql, struct err *err);

#endif
