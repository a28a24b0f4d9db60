/* state/sql.h - the little that state/ asks of SQLite, with its results worded for messages. */
#ifndef WEFT_STATE_SQL_H
#define WEFT_STATE_SQL_H

#include "base/err.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

AUTO_DEFINE(sqlite3_stmt, sqlite3_finalize)

/* A connection and the name of its file for messages. */
struct sql {
    sqlite3 *db; /* NULL: there is no file (read mode) */
    const char *path;
    bool brief; /* damage is reported by its cause alone */
};

/* Words the connection's last result and returns -1: who holds it, what is damaged, what is full.
 */
int sql_failed(const struct sql *sql, const char *what, struct err *err);
/* The same sentence for damage that SQLite did not see: why is the cause. */
int sql_damaged(const struct sql *sql, int code, const char *why, struct err *err);

MUST_USE int sql_exec(const struct sql *sql, const char *text, struct err *err);
MUST_USE int sql_prepare(sqlite3_stmt **out, const struct sql *sql, const char *text,
                         struct err *err);
/* The first column of the first row; 0 when there is no row. */
MUST_USE int sql_int(int64_t *out, const struct sql *sql, const char *text, struct err *err);

#endif
