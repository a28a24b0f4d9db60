/* state/rename.c - see rename.h.  Decides nothing: pki/heirs.c does. */
#include "state/rename.h"

#include "base/fault.h"
#include "base/text.h"

static int rename_in(const char *table, const struct ledger_rename *rename, const struct sql *sql,
                     struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *update = NULL;
    AUTO_TEXT text = { 0 };

    text_addf(&text, "UPDATE OR REPLACE %s SET virtual_mesh = ?1 WHERE virtual_mesh = ?2", table);
    if (sql_prepare(&update, sql, text.bytes, err) < 0)
        return -1;
    FAULT("store.write");
    if (sqlite3_bind_text(update, 1, rename->to, -1, SQLITE_STATIC) != SQLITE_OK
        || sqlite3_bind_text(update, 2, rename->from, -1, SQLITE_STATIC) != SQLITE_OK
        || sqlite3_step(update) != SQLITE_DONE)
        return sql_failed(sql, "rename a virtual mesh in the state", err);
    return 0;
}

int renames_save(const struct ledger *ledger, const struct sql *sql, struct err *err)
{
    static const char *const tables[] = { "roots", "intermediates", "deliveries", "rotations",
                                          "restarts" };

    for (const struct ledger_rename *rename = ledger->renames; rename; rename = rename->next)
        for (size_t i = 0; i < LENGTH(tables); i++)
            if (rename_in(tables[i], rename, sql, err) < 0)
                return -1;
    return 0;
}
