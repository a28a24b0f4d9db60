/* state/rows.c - one loader and one saver for all tables.  Decides nothing about transactions:
 * store.c does.
 *
 * Each row has a MAC over its rowid and its columns, and each table a sum of these MACs; a save
 * takes a row out of the sum, changes it, and adds it again.  The MAC finds a row that weft did not
 * write, the sum one that was added, deleted or brought back from an older file.  Every row is
 * checked before the first one is handed out: half a ledger would look like removed meshes. */
#include "state/rows.h"

#include "base/fault.h"
#include "base/text.h"
#include "state/columns.h"

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
        if (!column_read(row, table, i, query, arena)) {
            if (sqlite3_errcode(sql->db) == SQLITE_NOMEM)
                return sql_failed(sql, "read the state", err);
            sqlite3_snprintf(sizeof why, why, "table %s holds a %s that weft never writes",
                             table->name, table->columns[i].name);
            return sql_damaged(sql, 0, why, err);
        }
    return 0;
}

/* What a MAC covers: the rowid and every column but contents, which have a digest of their own. */
static void covered_add(struct text *sql, const struct table *table)
{
    text_adds(sql, "rowid");
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].kind != COLUMN_CONTENT)
            text_addf(sql, ",%s", table->columns[i].name);
}

static size_t number_of(const struct table *table) { return (size_t)(table - tables); }

static void select_text(struct text *out, const struct table *table, bool checked)
{
    text_adds(out, "SELECT ");
    names_add(out, table, 0, "$");
    if (checked) {
        text_addf(out, ",weft_good(mac,%zu,", number_of(table));
        covered_add(out, table);
        text_adds(out, ")");
    }
    text_addf(out, " FROM %s ORDER BY %s", table->name, table->order ? table->order : "rowid");
}

/* A row by its keys, never by what is in it, and short enough for a sentence. */
static int refuse_row(const struct table *table, sqlite3_stmt *query, const struct sql *sql,
                      struct err *err)
{
    AUTO_TEXT why = { 0 };

    text_addf(&why, "table %s: the row", table->name);
    for (size_t i = 0; i < table->keys; i++) {
        const unsigned char *key = sqlite3_column_text(query, (int)i);

        text_addf(&why, "%s %s %.64s", i ? "," : "", table->columns[i].name,
                  key ? (const char *)key : "NULL");
    }
    text_adds(&why, " is not what weft wrote there");
    return sql_damaged(sql, 0, why.bytes, err);
}

static bool is_own(const struct table *table, sqlite3_stmt *query)
{
    return table->own && text_equal((const char *)sqlite3_column_text(query, 0), table->own);
}

/* One table on its way into the ledger. */
struct loading {
    const struct table *table;
    const struct sql *sql;
    sqlite3_stmt *query;
    bool checked;
    struct arena *arena;
    void **end; /* of the list */
    size_t nth;
};

/* Checks the row under the query, and adds it to the ledger unless it is above table->most or
 * state/'s own. */
static int take_row(struct loading *loading, struct err *err)
{
    const struct table *table = loading->table;
    const size_t nth = loading->nth++;
    void *row;

    if (loading->checked && sqlite3_column_int(loading->query, (int)table->count) != 1)
        return refuse_row(table, loading->query, loading->sql, err);
    if ((table->most && nth >= table->most) || is_own(table, loading->query))
        return 0;
    row = arena_alloc(loading->arena, 1, table->size);
    if (row_read(row, table, loading->query, loading->sql, loading->arena, err) < 0)
        return -1;
    *loading->end = row;
    loading->end = field(row, table->next);
    return 0;
}

int rows_load(struct ledger *ledger, const struct table *table, const struct sql *sql, bool checked,
              struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *query = NULL;
    AUTO_TEXT text = { 0 };
    struct loading loading = { .table = table,
                               .sql = sql,
                               .checked = checked,
                               .arena = ledger->arena,
                               .end = field(ledger, table->list) };
    int result;

    select_text(&text, table, checked);
    if (sql_prepare(&query, sql, text.bytes, err) < 0)
        return -1;
    loading.query = query;
    while (*loading.end)
        loading.end = field(*loading.end, table->next);
    while ((result = sqlite3_step(query)) == SQLITE_ROW)
        if (take_row(&loading, err) < 0)
            return -1;
    return result == SQLITE_DONE ? 0 : sql_failed(sql, "read the state", err);
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

static void keys_add(struct text *sql, const struct table *table)
{
    for (size_t i = 0; i < table->keys; i++)
        text_addf(sql, "%s%s=?", i ? " AND " : " WHERE ", table->columns[i].name);
}

/* The statements of a save: a row leaves the sum of its table, changes, and joins it again. */
struct saver {
    const struct table *table;
    const struct sql *sql;
    sqlite3_stmt *drop, *upsert, *delete, *seal;
};

static void saver_close(const struct saver *saver)
{
    sqlite3_finalize(saver->drop);
    sqlite3_finalize(saver->upsert);
    sqlite3_finalize(saver->delete);
    sqlite3_finalize(saver->seal);
}
#define AUTO_SAVER __attribute__((cleanup(saver_close))) struct saver

static void drop_text(struct text *sql, const struct table *table)
{
    text_addf(sql, "SELECT weft_drop(%zu,", number_of(table));
    covered_add(sql, table);
    text_addf(sql, ") FROM %s", table->name);
}

static void seal_text(struct text *sql, const struct table *table)
{
    text_addf(sql, "UPDATE %s SET mac=weft_mac(%zu,", table->name, number_of(table));
    covered_add(sql, table);
    text_adds(sql, ")");
}

static int saver_open(struct saver *out, struct err *err)
{
    AUTO_TEXT drop = { 0 }, upsert = { 0 }, delete = { 0 }, seal = { 0 };

    drop_text(&drop, out->table);
    keys_add(&drop, out->table);
    upsert_text(&upsert, out->table);
    text_addf(&delete, "DELETE FROM %s", out->table->name);
    keys_add(&delete, out->table);
    seal_text(&seal, out->table);
    keys_add(&seal, out->table);
    if (sql_prepare(&out->drop, out->sql, drop.bytes, err) < 0
        || sql_prepare(&out->upsert, out->sql, upsert.bytes, err) < 0
        || sql_prepare(&out->delete, out->sql, delete.bytes, err) < 0)
        return -1;
    return sql_prepare(&out->seal, out->sql, seal.bytes, err);
}

/* Runs a statement with the first columns of the row as its parameters. */
static int run_with(const struct saver *saver, sqlite3_stmt *statement, void *row, size_t columns,
                    struct err *err)
{
    int result;

    for (size_t i = 0; i < columns; i++)
        if (column_bind(row, saver->table, i, statement) != SQLITE_OK)
            return sql_failed(saver->sql, "write the state", err);
    do
        result = sqlite3_step(statement);
    while (result == SQLITE_ROW);
    if (result != SQLITE_DONE)
        return sql_failed(saver->sql, "write the state", err);
    sqlite3_reset(statement);
    return 0;
}

static int row_write(const struct saver *saver, void *row, struct err *err)
{
    const struct table *table = saver->table;
    int64_t *number = field(row, table->columns[0].offset);

    FAULT("store.write");
    if (run_with(saver, saver->drop, row, table->keys, err) < 0)
        return -1;
    if (flag(row, table->gone))
        return run_with(saver, saver->delete, row, table->keys, err);
    if (run_with(saver, saver->upsert, row, table->count, err) < 0)
        return -1;
    if (table->columns[0].kind == COLUMN_NUMBER && *number == 0)
        *number = sqlite3_last_insert_rowid(saver->sql->db);
    return run_with(saver, saver->seal, row, table->keys, err);
}

static int prune(const struct table *table, const struct sql *sql, struct err *err)
{
    AUTO_TEXT text = { 0 };

    drop_text(&text, table);
    text_addf(&text, " WHERE %s; DELETE FROM %s WHERE %s", table->prune, table->name, table->prune);
    return sql_exec(sql, text.bytes, err);
}

int rows_save(const struct ledger *ledger, const struct table *table, const struct sql *sql,
              struct err *err)
{
    AUTO_SAVER saver = { .table = table, .sql = sql };
    size_t written = 0;

    if (saver_open(&saver, err) < 0)
        return -1;
    for (void *row = first_of(ledger, table); row; row = next_of(table, row)) {
        if (!flag(row, table->gone) && !flag(row, table->changed))
            continue;
        if (row_write(&saver, row, err) < 0)
            return -1;
        written++;
    }
    return written && table->prune ? prune(table, sql, err) : 0;
}

/* Runs text, whose parameters are the two names. */
static int run_rename(const char *text, const char *from, const char *to, const struct sql *sql,
                      struct err *err)
{
    AUTO(sqlite3_finalize) sqlite3_stmt *statement = NULL;
    int result;

    if (sql_prepare(&statement, sql, text, err) < 0)
        return -1;
    sqlite3_bind_text(statement, 1, to, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, from, -1, SQLITE_STATIC);
    do
        result = sqlite3_step(statement);
    while (result == SQLITE_ROW);
    return result == SQLITE_DONE ? 0 : sql_failed(sql, "rename a virtual mesh in the state", err);
}

/* A row that is in the way is replaced, so all rows under either name leave the sum. */
int rows_rename(const struct table *table, const char *from, const char *to, const struct sql *sql,
                struct err *err)
{
    AUTO_TEXT drop = { 0 }, rename = { 0 }, seal = { 0 };

    drop_text(&drop, table);
    text_adds(&drop, " WHERE virtual_mesh IN (?1, ?2)");
    text_addf(&rename, "UPDATE OR REPLACE %s SET virtual_mesh = ?1 WHERE virtual_mesh = ?2",
              table->name);
    seal_text(&seal, table);
    text_adds(&seal, " WHERE virtual_mesh IN (?1, ?2)");
    FAULT("store.write");
    if (run_rename(drop.bytes, from, to, sql, err) < 0
        || run_rename(rename.bytes, from, to, sql, err) < 0)
        return -1;
    return run_rename(seal.bytes, from, to, sql, err);
}

int rows_seal(const struct table *table, const struct sql *sql, struct err *err)
{
    AUTO_TEXT text = { 0 };

    seal_text(&text, table);
    return sql_exec(sql, text.bytes, err);
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
