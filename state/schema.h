/* state/schema.h - the tables of the state file and their versions. */
#ifndef WEFT_STATE_SCHEMA_H
#define WEFT_STATE_SCHEMA_H

#include "state/sql.h"

#include <stdbool.h>

enum {
    SCHEMA_VERSION = 3,       /* PRAGMA user_version */
    SCHEMA_SEALED = 3,        /* the first with MACs */
    SCHEMA_OWNER = 0x77656674 /* PRAGMA application_id: "weft" */
};

enum schema_age { SCHEMA_EMPTY, SCHEMA_OLDER, SCHEMA_CURRENT };

/* -1: another program's, or newer than this program. */
MUST_USE int schema_check(enum schema_age *out, const struct sql *sql, struct err *err);
/* Inside a transaction: makes the tables, or brings older ones up to date. */
MUST_USE int schema_upgrade(const struct sql *sql, struct err *err);

#endif
