/* state/rename.c - see rename.h.  Decides nothing: pki/transfer.c does. */
#include "state/rename.h"

#include "base/text.h"
#include "state/rows.h"

int rename_save_all(const struct ledger *ledger, const struct sql *sql, struct err *err)
{
    static const char *const renamed[] = { "roots", "intermediates", "deliveries", "rotations",
                                           "restarts" };

    for (const struct ledger_rename *rename = ledger->renames; rename; rename = rename->next)
        for (size_t i = 0; i < table_count; i++)
            for (size_t k = 0; k < LENGTH(renamed); k++)
                if (text_equal(tables[i].name, renamed[k])
                    && rows_rename(&tables[i], rename->from, rename->to, sql, err) < 0)
                    return -1;
    return 0;
}
