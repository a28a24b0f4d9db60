/* state/key_id.c - one row among the facts.  Must not see the key itself.
 *
 * The id is a digest of the state key (custody.c) and is stored without a MAC: it is looked at
 * before rows are verified, to tell a wrong key file from a damaged state. Both would otherwise
 * look the same, every MAC being wrong, and the remedy of one destroys the other. A forged id
 * gains nothing, because MACs decide afterwards. */
#include "state/key_id.h"

#include "base/text.h"

static int refuse_key(const struct sql *sql, const char *was, const char *is, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "the state file %s was made with another state key (id %s, given now: %s): "
                   "bring back the key file that belongs to it, or set state.path to a file of its "
                   "own for this key.  The file was not changed",
                   sql->path, was, is);
}

static int write_row(const struct sql *sql, const char *statement, const char *key_id,
                     struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *write = NULL;

    if (sql_prepare(&write, sql, statement, err) < 0)
        return -1;
    if (sqlite3_bind_text(write, 1, key_id, -1, SQLITE_STATIC) != SQLITE_OK
        || sqlite3_step(write) != SQLITE_DONE)
        return sql_failed(sql, "write the state", err);
    return 0;
}

int key_id_record(const struct sql *sql, const char *key_id, struct err *err)
{
    return write_row(sql, "INSERT INTO facts (name, value, mac) VALUES ('key_id', ?, x'')", key_id,
                     err);
}

int key_id_replace(const struct sql *sql, const char *key_id, struct err *err)
{
    if (write_row(sql, "UPDATE facts SET value = ? WHERE name = 'key_id'", key_id, err) < 0)
        return -1;
    return sqlite3_changes(sql->db) == 1 ? 0 : key_id_missing(sql, err);
}

int key_id_check(const struct sql *sql, const char *key_id, struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *query = NULL;
    const char *recorded;
    int result;

    if (sql_prepare(&query, sql, "SELECT value FROM facts WHERE name='key_id'", err) < 0)
        return -1;
    result = sqlite3_step(query);
    if (result == SQLITE_DONE)
        return 0;
    recorded = result == SQLITE_ROW ? (const char *)sqlite3_column_text(query, 0) : NULL;
    if (!recorded)
        return sql_failed(sql, "read the state", err);
    return text_equal(recorded, key_id) ? 1 : refuse_key(sql, recorded, key_id, err);
}

int key_id_missing(const struct sql *sql, struct err *err)
{
    return sql_damaged(sql, 0, "table facts: the row name key_id is missing", err);
}
