/* state/rename.h - a virtual mesh under another name, in every table that names it. */
#ifndef WEFT_STATE_RENAME_H
#define WEFT_STATE_RENAME_H

#include "state/ledger.h"
#include "state/sql.h"

/* Within the transaction of a save, before its rows.  Not statuses: what was posted under a name
 * was posted under that name. */
MUST_USE int rename_save_all(const struct ledger *ledger, const struct sql *sql, struct err *err);

#endif
