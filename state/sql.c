/* state/sql.c - SQLite calls and the messages of their failures.  Must not interpret what is
 * stored.
 *
 * SQLite's extended codes tell apart what needs different actions: wait, free space, restore a
 * backup, or just run again. SQLITE_READONLY_ROLLBACK is a reader that met the journal of a killed
 * pass; a reader may not repair it, and the next pass that writes does. A damaged file is never
 * touched, since keys in it may exist nowhere else. */
#include "state/sql.h"

#include <string.h>

int sql_damaged(const struct sql *sql, int code, const char *why, struct err *err)
{
    if (sql->brief)
        return err_set(err, ERR_STORE, code, "%s", why);
    return err_set(err, ERR_STORE, code,
                   "the state file %s is damaged (%s).  weft does not touch it.  See \"weft state "
                   "check\", restore it from a backup (and remove %s-journal), or move it away to "
                   "start without memory; it "
                   "holds private keys of roots that exist nowhere else but in their escrow, and "
                   "without them no certificate can be signed under these roots",
                   sql->path, why, sql->path);
}

static int no_space(const struct sql *sql, int code, const char *what, struct err *err)
{
    return err_set(err, ERR_STORE, code,
                   "%s: no space left for the state file %s.  Nothing was changed in it; free some "
                   "space on that volume and run again",
                   what, sql->path);
}

static int in_use(const struct sql *sql, int code, struct err *err)
{
    return err_set(err, ERR_STORE, code,
                   "the state file %s is in use by another pass; one pass at a time may have it.  "
                   "Wait until that one has ended and run again",
                   sql->path);
}

static int half_written(const struct sql *sql, int code, struct err *err)
{
    return err_set(err, ERR_STORE, code,
                   "the state file %s was left in the middle of a write by a pass that was killed "
                   "(%s-journal), so it cannot be read alone.  The next 'weft run' repairs it by "
                   "itself",
                   sql->path, sql->path);
}

static int unwritable(const struct sql *sql, int code, const char *what, struct err *err)
{
    int number = sqlite3_system_errno(sql->db);

    return err_set(err, ERR_STORE, code,
                   "%s: the state file %s cannot be used (%s%s%s): its volume may be full, over "
                   "its quota, or broken.  Nothing was changed in it",
                   what, sql->path, sqlite3_errmsg(sql->db), number ? ": " : "",
                   number ? strerror(number) : "");
}

static int other(const struct sql *sql, int code, const char *what, struct err *err)
{
    int number = sqlite3_system_errno(sql->db);

    return err_set(err, ERR_STORE, code, "%s: state file %s: %s%s%s", what, sql->path,
                   sqlite3_errmsg(sql->db), number ? ": " : "", number ? strerror(number) : "");
}

int sql_failed(const struct sql *sql, const char *what, struct err *err)
{
    int code = sqlite3_extended_errcode(sql->db);

    if (code == SQLITE_READONLY_ROLLBACK)
        return half_written(sql, code, err);
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return in_use(sql, code, err);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return sql_damaged(sql, code, sqlite3_errmsg(sql->db), err);
    case SQLITE_FULL:
        return no_space(sql, code, what, err);
    case SQLITE_IOERR:
        return unwritable(sql, code, what, err);
    default:
        return other(sql, code, what, err);
    }
}

int sql_exec(const struct sql *sql, const char *text, struct err *err)
{
    if (sqlite3_exec(sql->db, text, NULL, NULL, NULL) != SQLITE_OK)
        return sql_failed(sql, "write the state", err);
    return 0;
}

int sql_prepare(sqlite3_stmt **out, const struct sql *sql, const char *text, struct err *err)
{
    if (sqlite3_prepare_v2(sql->db, text, -1, out, NULL) != SQLITE_OK)
        return sql_failed(sql, "read the state", err);
    return 0;
}

int sql_int(int64_t *out, const struct sql *sql, const char *text, struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *query = NULL;
    int result;

    if (sql_prepare(&query, sql, text, err) < 0)
        return -1;
    result = sqlite3_step(query);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return sql_failed(sql, "read the state", err);
    *out = result == SQLITE_ROW ? sqlite3_column_int64(query, 0) : 0;
    return 0;
}
