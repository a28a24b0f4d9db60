/* state/rows.h - rows of the ledger from and to their tables, by the description of tables.h. Every
 * change keeps the MAC of the row and the sum of its table (seal.h) right. */
#ifndef WEFT_STATE_ROWS_H
#define WEFT_STATE_ROWS_H

#include "state/sql.h"
#include "state/tables.h"

#include <stdbool.h>

/* Appends the table's rows to its list.  checked: a row whose MAC does not fit is refused by its
 * keys, and all rows are summed up. */
MUST_USE int rows_load(struct ledger *ledger, const struct table *table, const struct sql *sql,
                       bool checked, struct err *err);
/* Writes (or deletes) the changed rows, inside the caller's transaction; flags stay. */
MUST_USE int rows_save(const struct ledger *ledger, const struct table *table,
                       const struct sql *sql, struct err *err);
/* Another virtual_mesh in every row that has it; a row that is in the way is replaced. */
MUST_USE int rows_rename(const struct table *table, const char *from, const char *to,
                         const struct sql *sql, struct err *err);
/* Gives every row as it is a MAC: for tables that had none. */
MUST_USE int rows_seal(const struct table *table, const struct sql *sql, struct err *err);
/* After the commit: clears the flags and takes rows that are gone out of the list. */
void rows_saved(struct ledger *ledger, const struct table *table);

#endif
