/* state/rows.h - rows of the ledger from and to their tables, by the description of tables.h. */
#ifndef WEFT_STATE_ROWS_H
#define WEFT_STATE_ROWS_H

#include "state/sql.h"
#include "state/tables.h"

/* Appends the table's rows to its list. */
MUST_USE int rows_load(struct ledger *ledger, const struct table *table, const struct sql *sql,
                       struct err *err);
/* Writes (or deletes) the changed rows, inside the caller's transaction; flags stay. */
MUST_USE int rows_save(const struct ledger *ledger, const struct table *table,
                       const struct sql *sql, struct err *err);
/* After the commit: clears the flags and takes rows that are gone out of the list. */
void rows_saved(struct ledger *ledger, const struct table *table);

#endif
