/* state/tables.h - which column of which table holds which field of the ledger's rows: read by load
 * and save alike. */
#ifndef WEFT_STATE_TABLES_H
#define WEFT_STATE_TABLES_H

#include "base/enums.h"
#include "state/ledger.h"

enum column_kind {
    COLUMN_TEXT, /* const char *; NULL is stored as "" */
    COLUMN_INT64,
    COLUMN_UINT64, /* up to INT64_MAX */
    COLUMN_UINT32,
    COLUMN_INT,
    COLUMN_ENUM,      /* stored by name */
    COLUMN_SEALED,    /* struct sealed */
    COLUMN_NUMBER,    /* int64_t: the row's own number, given by SQLite when 0 */
    COLUMN_CONTENT,   /* const char *: text that the MAC of the row does not cover, for it has a
                         digest of its own; damage to it does not condemn the file */
    COLUMN_RECIPIENT, /* struct delivery_recipient: the name of its kind, or the fingerprint */
    COLUMN_DIGEST /* const char *: SHA-256 of the COLUMN_CONTENT before it, hex; made by a save */
};

struct column {
    const char *name;
    enum column_kind kind;
    size_t offset;
    const struct enum_table *names; /* COLUMN_ENUM, COLUMN_RECIPIENT */
};

enum { TABLE_COLUMNS_MAX = 16 };

/* A list of the ledger.  The first keys columns say which row is meant. */
struct table {
    const char *name;
    size_t list; /* offset of the list's head in struct ledger */
    size_t size, next, changed;
    size_t gone;    /* offset of the field that asks for deletion; 0: there is none */
    size_t damaged; /* offset of the field that says that COLUMN_CONTENT is damaged */
    size_t keys, count;
    struct column columns[TABLE_COLUMNS_MAX];
    const char *own;   /* key of a row that is state/'s own, and not the ledger's; NULL */
    const char *order; /* of loading; NULL: as they came */
    size_t most;       /* how many rows the ledger gets; 0: all */
    const char *prune; /* which rows a save of this table deletes: a condition; NULL */
};

extern const struct table tables[];
extern const size_t table_count;

#endif
