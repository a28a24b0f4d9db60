/* state/connection.c - opens the SQLite file of the state as one that may be hostile.  Knows
 * nothing of what is stored. */
#include "state/connection.h"

#include "base/memory.h"
#include "base/text.h"

enum { OPEN_WAIT_MS = 2000 /* for another pass to end, or a reader to finish */ };

void connection_distrust(sqlite3 *db)
{
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
}

/* Bounds for a hostile file: no value is nearly that large, no statement of ours as long, and
 * SQLite gives up before the pod's memory does. */
static void limit(sqlite3 *db)
{
    static const struct {
        int id, most;
    } limits[] = {
        { SQLITE_LIMIT_LENGTH, 64 << 20 },
        { SQLITE_LIMIT_SQL_LENGTH, 1 << 16 },
        { SQLITE_LIMIT_COLUMN, 100 },
        { SQLITE_LIMIT_EXPR_DEPTH, 50 },
        { SQLITE_LIMIT_COMPOUND_SELECT, 5 },
        { SQLITE_LIMIT_VDBE_OP, 25000 },
        { SQLITE_LIMIT_FUNCTION_ARG, 32 },
        { SQLITE_LIMIT_ATTACHED, 0 },
        { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50 },
        { SQLITE_LIMIT_VARIABLE_NUMBER, 100 },
        { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
    };
    enum { HEAP_MAX = 256 << 20 };

    for (size_t i = 0; i < LENGTH(limits); i++)
        sqlite3_limit(db, limits[i].id, limits[i].most);
    sqlite3_hard_heap_limit64(HEAP_MAX);
}

/* EXCLUSIVE: a lock once taken is kept until the file is closed, so one pass at a time is in here.
 */
static const char write_pragmas[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL;"
                                    "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
                                    "PRAGMA cell_size_check=ON; BEGIN IMMEDIATE";
static const char read_pragmas[] =
    "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; BEGIN";

/* A file that was switched to a write-ahead log would need more files beside it, even to be read.
 * Read through SQLite's own descriptor: closing another one would drop its locks. */
static int check_journal_mode(const struct sql *sql, struct err *err)
{
    enum { WRITE_VERSION = 18, WAL = 2 }; /* SQLite file format, 1.3 */
    unsigned char header[WRITE_VERSION + 2] = { 0 };
    sqlite3_file *file = NULL;

    if (sqlite3_file_control(sql->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK
        || !file || !file->pMethods
        || file->pMethods->xRead(file, header, sizeof header, 0) != SQLITE_OK)
        return 0; /* too short or unreadable: SQLite reports that */
    if (header[WRITE_VERSION] != WAL && header[WRITE_VERSION + 1] != WAL)
        return 0;
    return err_set(err, ERR_STORE, 0,
                   "the state file %s was switched to a write-ahead log, which weft never does: "
                   "another program changed it.  Switch it back with: sqlite3 %s 'PRAGMA "
                   "journal_mode=DELETE'",
                   sql->path, sql->path);
}

int connection_open(struct sql *sql, bool write, struct err *err)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
                | (write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);

    if (sqlite3_open_v2(sql->path, &sql->db, flags, NULL) != SQLITE_OK) {
        if (!sql->db)
            memory_out();
        return sql_failed(sql, "open the state", err);
    }
    if (check_journal_mode(sql, err) < 0)
        return -1;
    connection_distrust(sql->db);
    limit(sql->db);
    sqlite3_busy_timeout(sql->db, OPEN_WAIT_MS);
    return 0;
}

int connection_begin(const struct sql *sql, bool write, struct err *err)
{
    return sql_exec(sql, write ? write_pragmas : read_pragmas, err);
}

int connection_check(const struct sql *sql, struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *query = NULL;
    const char *verdict;

    if (sql_prepare(&query, sql, "PRAGMA integrity_check(1)", err) < 0)
        return -1;
    if (sqlite3_step(query) != SQLITE_ROW)
        return sql_failed(sql, "check the state", err);
    verdict = (const char *)sqlite3_column_text(query, 0);
    return text_equal(verdict, "ok") ? 0 : sql_damaged(sql, 0, verdict ? verdict : "", err);
}
