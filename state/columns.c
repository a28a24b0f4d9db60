/* state/columns.c - a field of the ledger from and to its column.  Knows no table and no
 * transaction.
 *
 * A column is read only when its value has the type and range of its field; anything else ends the
 * load, for the caller could not tell a damaged number from a real one. The one exception is a
 * manifest (CONTENT), which can be fetched from the branch or made again: damage there is noted in
 * the row, and the text is dropped. Such a row keeps the digest that its text ought to have when
 * it is saved again, so that a MAC never covers damaged text. */
#include "state/columns.h"

#include "base/digest.h"
#include "base/text.h"

#include <limits.h>

/* A field of a row whose type the description only knows at run time. */
static void *field(void *row, size_t offset) { return (char *)row + offset; }

static bool read_number(sqlite3_stmt *query, int index, int64_t min, int64_t max, int64_t *out)
{
    *out = sqlite3_column_int64(query, index);
    return *out >= min && *out <= max;
}

static bool read_text(const char **out, sqlite3_stmt *query, int index, struct arena *arena)
{
    const void *bytes = sqlite3_column_text(query, index);
    size_t len = (size_t)sqlite3_column_bytes(query, index);

    if (!bytes) /* NOT NULL columns: out of memory, or damage */
        return false;
    *out = arena_bytes(arena, bytes, len);
    return true;
}

/* A text that differs from the one that was stored is dropped at once, so that no caller uses
 * it. */
static bool read_content(const char **out, sqlite3_stmt *query, int index, struct arena *arena)
{
    if (sqlite3_column_type(query, index) != SQLITE_TEXT) {
        *out = "";
        return true;
    }
    return read_text(out, query, index, arena);
}

/* The digest of the text before it: when they differ, the text is damaged. */
static bool read_digest(void *row, const struct table *table, size_t at, sqlite3_stmt *query,
                        struct arena *arena)
{
    const char **digest = field(row, table->columns[at].offset);
    const char **content = field(row, table->columns[at - 1].offset);
    char found[65];

    if (!read_text(digest, query, (int)at, arena))
        return false;
    sha256_hex(found, *content, (size_t)sqlite3_column_bytes(query, (int)at - 1));
    if (text_equal(found, *digest))
        return true;
    *(bool *)field(row, table->damaged) = true;
    *content = "";
    return true;
}

static bool read_enum(int *out, sqlite3_stmt *query, int index, const struct enum_table *names)
{
    const unsigned char *name = sqlite3_column_text(query, index);

    *out = name ? enums_find(names, (const char *)name) : -1;
    return *out >= 0;
}

/* The name of a kind, and after a colon its fingerprint where it has one; a text that names no
 * other kind is the fingerprint of a key. */
static bool read_recipient(struct delivery_recipient *out, sqlite3_stmt *query, int index,
                           const struct enum_table *names, struct arena *arena)
{
    const char *text;
    size_t len;
    int kind;

    if (!read_text(&text, query, index, arena))
        return false;
    len = strcspn(text, ":");
    kind = enums_find(names, arena_bytes(arena, text, len));
    if (kind > RECIPIENT_KEY)
        *out = (struct delivery_recipient){ (enum recipient_kind)kind,
                                            text + len + (text[len] == ':') };
    else
        *out = (struct delivery_recipient){ RECIPIENT_KEY, text };
    return true;
}

static bool read_sealed(struct sealed *out, sqlite3_stmt *query, int index, struct arena *arena)
{
    const void *bytes = sqlite3_column_blob(query, index);

    out->len = (size_t)sqlite3_column_bytes(query, index);
    if (out->len && !bytes)
        return false;
    out->bytes = out->len ? (unsigned char *)arena_bytes(arena, bytes, out->len) : NULL;
    return true;
}

bool column_read(void *row, const struct table *table, size_t at, sqlite3_stmt *query,
                 struct arena *arena)
{
    const struct column *column = &table->columns[at];
    void *out = field(row, column->offset);
    const int index = (int)at;
    int64_t number;

    switch (column->kind) {
    case COLUMN_TEXT:
        return read_text(out, query, index, arena);
    case COLUMN_INT64:
    case COLUMN_NUMBER:
        return read_number(query, index, INT64_MIN, INT64_MAX, out);
    case COLUMN_UINT64:
        if (!read_number(query, index, 0, INT64_MAX, &number))
            return false;
        *(uint64_t *)out = (uint64_t)number;
        return true;
    case COLUMN_UINT32:
        if (!read_number(query, index, 0, UINT32_MAX, &number))
            return false;
        *(uint32_t *)out = (uint32_t)number;
        return true;
    case COLUMN_INT:
        if (!read_number(query, index, INT_MIN, INT_MAX, &number))
            return false;
        *(int *)out = (int)number;
        return true;
    case COLUMN_ENUM:
        return read_enum(out, query, index, column->names);
    case COLUMN_RECIPIENT:
        return read_recipient(out, query, index, column->names, arena);
    case COLUMN_SEALED:
        return read_sealed(out, query, index, arena);
    case COLUMN_CONTENT:
        return read_content(out, query, index, arena);
    case COLUMN_DIGEST:
        return read_digest(row, table, at, query, arena);
    }
    return false;
}

static int bind_text(sqlite3_stmt *statement, int index, const char *value)
{
    return sqlite3_bind_text(statement, index, value ? value : "", -1, SQLITE_STATIC);
}

static int bind_recipient(sqlite3_stmt *statement, int index,
                          const struct delivery_recipient *value, const struct enum_table *names)
{
    const char *kind = enums_name(names, (int)value->kind);

    if (value->kind == RECIPIENT_KEY)
        return bind_text(statement, index, value->fingerprint);
    if (text_empty(value->fingerprint))
        return bind_text(statement, index, kind);
    return sqlite3_bind_text(statement, index, sqlite3_mprintf("%s:%s", kind, value->fingerprint),
                             -1, sqlite3_free);
}

static int bind_sealed(sqlite3_stmt *statement, int index, const struct sealed *value)
{
    if (value->len == 0)
        return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob64(statement, index, value->bytes, value->len, SQLITE_STATIC);
}

/* Of the text that is stored; of one that is damaged the digest that it ought to have, so that
 * damage is never signed. */
static int bind_digest(void *row, const struct table *table, size_t at, sqlite3_stmt *statement)
{
    const char *content = *(const char **)field(row, table->columns[at - 1].offset);
    char digest[65];

    if (*(bool *)field(row, table->damaged))
        return bind_text(statement, (int)at + 1,
                         *(const char **)field(row, table->columns[at].offset));
    sha256_hex(digest, content ? content : "", content ? strlen(content) : 0);
    return sqlite3_bind_text(statement, (int)at + 1, digest, -1, SQLITE_TRANSIENT);
}

int column_bind(void *row, const struct table *table, size_t at, sqlite3_stmt *statement)
{
    const struct column *column = &table->columns[at];
    void *in = field(row, column->offset);
    const int index = (int)at + 1;

    switch (column->kind) {
    case COLUMN_TEXT:
    case COLUMN_CONTENT:
        return bind_text(statement, index, *(const char **)in);
    case COLUMN_INT64:
        return sqlite3_bind_int64(statement, index, *(int64_t *)in);
    case COLUMN_NUMBER:
        return *(int64_t *)in ? sqlite3_bind_int64(statement, index, *(int64_t *)in)
                              : sqlite3_bind_null(statement, index);
    case COLUMN_UINT64:
        return sqlite3_bind_int64(statement, index, (int64_t) * (uint64_t *)in);
    case COLUMN_UINT32:
        return sqlite3_bind_int64(statement, index, *(uint32_t *)in);
    case COLUMN_INT:
        return sqlite3_bind_int64(statement, index, *(int *)in);
    case COLUMN_ENUM:
        return bind_text(statement, index, enums_name(column->names, *(int *)in));
    case COLUMN_RECIPIENT:
        return bind_recipient(statement, index, in, column->names);
    case COLUMN_SEALED:
        return bind_sealed(statement, index, in);
    case COLUMN_DIGEST:
        return bind_digest(row, table, at, statement);
    }
    return SQLITE_MISUSE;
}
