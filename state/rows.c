/* state/rows.c - one loader and one saver for all tables.  Decides nothing about transactions:
 * store.c does. */
#include "state/rows.h"

#include "base/fault.h"
#include "base/text.h"

#include <assert.h>
#include <limits.h>

/* A field of a row whose type the description only knows at run time. */
static void *field(void *row, size_t offset) { return (char *)row + offset; }

static bool flag(void *row, size_t offset) { return offset && *(bool *)field(row, offset); }

static void *next_of(const struct table *table, void *row)
{
    return *(void **)field(row, table->next);
}

static void *first_of(const struct ledger *ledger, const struct table *table)
{
    return *(void *const *)((const char *)ledger + table->list);
}

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

static bool read_enum(int *out, sqlite3_stmt *query, int index, const struct enum_table *names)
{
    const unsigned char *name = sqlite3_column_text(query, index);

    *out = name ? enum_find(names, (const char *)name) : -1;
    return *out >= 0;
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

/* False: the stored value is none that weft writes. */
static bool column_read(void *row, const struct column *column, sqlite3_stmt *query, int index,
                        struct arena *arena)
{
    void *out = field(row, column->offset);
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
    case COLUMN_SEALED:
        return read_sealed(out, query, index, arena);
    }
    return false;
}

static void names_add(struct text *sql, const struct table *table, size_t from, const char *fmt)
{
    for (size_t i = from; i < table->count; i++) {
        if (i > from)
            text_addc(sql, ',');
        for (const char *c = fmt; *c; c++)
            if (*c == '$')
                text_adds(sql, table->columns[i].name);
            else
                text_addc(sql, *c);
    }
}

static int row_read(void *row, const struct table *table, sqlite3_stmt *query,
                    const struct sql *sql, struct arena *arena, struct err *err)
{
    char why[128];

    for (size_t i = 0; i < table->count; i++)
        if (!column_read(row, &table->columns[i], query, (int)i, arena)) {
            if (sqlite3_errcode(sql->db) == SQLITE_NOMEM)
                return sql_failed(sql, "read the state", err);
            sqlite3_snprintf(sizeof why, why, "table %s holds a %s that weft never writes",
                             table->name, table->columns[i].name);
            return sql_damaged(sql, 0, why, err);
        }
    return 0;
}

int rows_load(struct ledger *ledger, const struct table *table, const struct sql *sql,
              struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *query = NULL;
    AUTO_TEXT text = { 0 };
    void **end = field(ledger, table->list);
    int result;

    text_adds(&text, "SELECT ");
    names_add(&text, table, 0, "$");
    text_addf(&text, " FROM %s WHERE %s ORDER BY %s", table->name,
              table->where ? table->where : "true", table->order ? table->order : "rowid");
    if (sql_prepare(&query, sql, text.bytes, err) < 0)
        return -1;
    while (*end)
        end = field(*end, table->next);
    while ((result = sqlite3_step(query)) == SQLITE_ROW) {
        void *row = arena_alloc(ledger->arena, 1, table->size);

        if (row_read(row, table, query, sql, ledger->arena, err) < 0)
            return -1;
        *end = row;
        end = field(row, table->next);
    }
    return result == SQLITE_DONE ? 0 : sql_failed(sql, "read the state", err);
}

static int bind_text(sqlite3_stmt *statement, int index, const char *value)
{
    return sqlite3_bind_text(statement, index, value ? value : "", -1, SQLITE_STATIC);
}

static int bind_sealed(sqlite3_stmt *statement, int index, const struct sealed *value)
{
    if (value->len == 0)
        return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob64(statement, index, value->bytes, value->len, SQLITE_STATIC);
}

static int column_bind(void *row, const struct column *column, sqlite3_stmt *statement, int index)
{
    void *in = field(row, column->offset);

    switch (column->kind) {
    case COLUMN_TEXT:
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
        return bind_text(statement, index, enum_name(column->names, *(int *)in));
    case COLUMN_SEALED:
        return bind_sealed(statement, index, in);
    }
    return SQLITE_MISUSE;
}

static void upsert_text(struct text *sql, const struct table *table)
{
    text_addf(sql, "INSERT INTO %s (", table->name);
    names_add(sql, table, 0, "$");
    text_adds(sql, ") VALUES (");
    names_add(sql, table, 0, "?");
    text_adds(sql, ") ON CONFLICT (");
    for (size_t i = 0; i < table->keys; i++)
        text_addf(sql, "%s%s", i ? "," : "", table->columns[i].name);
    text_adds(sql, ") DO UPDATE SET ");
    names_add(sql, table, table->keys, "$=excluded.$");
}

static void delete_text(struct text *sql, const struct table *table)
{
    text_addf(sql, "DELETE FROM %s WHERE ", table->name);
    for (size_t i = 0; i < table->keys; i++)
        text_addf(sql, "%s%s=?", i ? " AND " : "", table->columns[i].name);
}

static int row_write(void *row, const struct table *table, size_t columns, sqlite3_stmt *statement,
                     const struct sql *sql, struct err *err)
{
    int64_t *number = field(row, table->columns[0].offset);

    FAULT("store.write");
    for (size_t i = 0; i < columns; i++)
        if (column_bind(row, &table->columns[i], statement, (int)i + 1) != SQLITE_OK)
            return sql_failed(sql, "write the state", err);
    if (sqlite3_step(statement) != SQLITE_DONE)
        return sql_failed(sql, "write the state", err);
    if (table->columns[0].kind == COLUMN_NUMBER && *number == 0)
        *number = sqlite3_last_insert_rowid(sql->db);
    sqlite3_reset(statement);
    return 0;
}

int rows_save(const struct ledger *ledger, const struct table *table, const struct sql *sql,
              struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *upsert = NULL, *delete = NULL;
    AUTO_TEXT upsert_sql = { 0 }, delete_sql = { 0 };
    size_t written = 0;

    upsert_text(&upsert_sql, table);
    delete_text(&delete_sql, table);
    if (sql_prepare(&upsert, sql, upsert_sql.bytes, err) < 0
        || sql_prepare(&delete, sql, delete_sql.bytes, err) < 0)
        return -1;
    for (void *row = first_of(ledger, table); row; row = next_of(table, row)) {
        bool gone = flag(row, table->gone);

        if (!gone && !flag(row, table->changed))
            continue;
        if (row_write(row, table, gone ? table->keys : table->count, gone ? delete : upsert, sql,
                      err)
            < 0)
            return -1;
        written++;
    }
    return written && table->prune ? sql_exec(sql, table->prune, err) : 0;
}

void rows_saved(struct ledger *ledger, const struct table *table)
{
    void **at = field(ledger, table->list);

    while (*at) {
        *(bool *)field(*at, table->changed) = false;
        if (flag(*at, table->gone)) {
            *at = next_of(table, *at);
            ledger->last = (struct ledger_last){ 0 };
        } else {
            at = field(*at, table->next);
        }
    }
}
