/* state/connection.h - a connection to the state file: what SQLite may do with a file that may be
 * hostile, who may write, and whether the pages are whole. */
#ifndef WEFT_STATE_CONNECTION_H
#define WEFT_STATE_CONNECTION_H

#include "state/sql.h"
#include <stdbool.h>

/* A state file that was tampered with must not bring code along: no triggers, no views, no
 * functions in the schema. */
void connection_distrust(sqlite3 *db);
/* Opens sql->path, with its limits and without trust.  sql->db is there also after a failure, and
 * is the caller's to close. */
MUST_USE int connection_open(struct sql *sql, bool write, struct err *err);
/* Begins the first transaction: a writer's lock is kept until the connection is closed. */
MUST_USE int connection_begin(const struct sql *sql, bool write, struct err *err);
/* Every page and every index. */
MUST_USE int connection_check(const struct sql *sql, struct err *err);

#endif
