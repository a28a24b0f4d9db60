/* state/columns.h - a field of the ledger from and to its column, by the description of tables.h.
 */
#ifndef WEFT_STATE_COLUMNS_H
#define WEFT_STATE_COLUMNS_H

#include "state/tables.h"

#include <sqlite3.h>
#include <stdbool.h>

/* Column at of the row under query.  False: the stored value is none that weft writes. */
bool column_read(void *row, const struct table *table, size_t at, sqlite3_stmt *query,
                 struct arena *arena);
/* The same field as a parameter, counted like the columns; an SQLite result. */
MUST_USE int column_bind(void *row, const struct table *table, size_t at, sqlite3_stmt *statement);

#endif
