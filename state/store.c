/* state/store.c - opens the state file, or says why not; loads and saves the ledger in single
 * transactions. Never writes to a file that it has doubts about.
 *
 * All checks come before the first write: the schema, the integrity of the file, and the key that
 * the rows are sealed with.  An upgrade is one transaction, and a file that was upgraded is used
 * only after store_accept, so that a wrong copy can be put back as it was.  A reader upgrades a
 * copy in memory and leaves the file alone. A save is one transaction as well: renames first, since
 * the rows are found by their new names; then rows; then the seal over all of them with the next
 * counter.  A kill leaves the state before or the state after.  After a save that failed the sums
 * are loaded again, for the seal would otherwise include rows that were rolled back. */
#include "state/store.h"

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "state/connection.h"
#include "state/key_id.h"
#include "state/rename.h"
#include "state/rows.h"
#include "state/schema.h"
#include "state/seal.h"
#include "state/state_file.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    WRITE_WAIT_MS = 10000 /* for readers (weft status) that hold up a commit */
};

struct store {
    struct sql sql;
    char *path;
    struct seal seal;
    bool checked;    /* rows have MACs, and the key for them is here */
    bool loaded;     /* the sums of the seal are those of the file */
    bool unaccepted; /* brought up to date in a transaction that is still open */
};

void store_close(struct store *store)
{
    sqlite3_close(store->sql.db);
    seal_end(&store->seal);
    free(store->path);
    free(store);
}

static struct store *store_new(const char *path)
{
    struct store *store = memory_grow(NULL, sizeof *store);
    size_t len = strlen(path) + 1;

    *store = (struct store){ .path = memory_grow(NULL, len) };
    memcpy(store->path, path, len);
    store->sql.path = store->path;
    return store;
}

static int connect(struct store *store, enum store_mode mode, struct err *err)
{
    const bool write = mode == STORE_WRITE;

    if (connection_open(&store->sql, write, err) < 0
        || seal_begin(&store->seal, &store->sql, err) < 0)
        return -1;
    return connection_begin(&store->sql, write, err);
}

static int end_open(const struct sql *sql, bool changed, struct err *err)
{
    FAULT("store.open.before");
    /* ROLLBACK keeps the writer's lock and lets others read on; COMMIT would lock them out already.
     */
    if (sql_exec(sql, changed ? "COMMIT" : "ROLLBACK", err) < 0)
        return -1;
    FAULT("store.open.after");
    sqlite3_busy_timeout(sql->db, WRITE_WAIT_MS);
    return 0;
}

/* Texts that had no digest get one, as they are. */
static int upgrade(const struct sql *sql, struct err *err)
{
    if (schema_upgrade(sql, err) < 0)
        return -1;
    return sql_exec(sql, "UPDATE deliveries SET content_digest = weft_digest(content)", err);
}

static int seal_all(struct store *store, struct err *err)
{
    seal_restart(&store->seal);
    for (size_t i = 0; i < table_count; i++)
        if (rows_seal(&tables[i], &store->sql, err) < 0)
            return -1;
    return seal_write(&store->seal, &store->sql, err);
}

static int make_current(struct store *store, bool known, struct err *err)
{
    if (upgrade(&store->sql, err) < 0
        || (!known && key_id_record(&store->sql, store->seal.key->id, err) < 0))
        return -1;
    return seal_all(store, err);
}

/* All checks first; only a file that passed them is written to. */
static int prepare_write(struct store *store, struct err *err)
{
    const struct sql *sql = &store->sql;
    enum schema_age age;
    int known = 0;

    if (schema_check(&age, sql, err) < 0 || connection_check(sql, err) < 0)
        return -1;
    if (age != SCHEMA_EMPTY && (known = key_id_check(sql, store->seal.key->id, err)) < 0)
        return -1;
    store->checked = true;
    if (age == SCHEMA_CURRENT)
        return known ? end_open(sql, false, err) : key_id_missing(sql, err);
    if (make_current(store, known, err) < 0)
        return -1;
    if (age == SCHEMA_EMPTY)
        return end_open(sql, true, err);
    store->unaccepted = true;
    return 0;
}

static int upgrade_copy(struct sql *copy, struct store *store, struct err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(copy->db, "main", store->sql.db, "main");

    if (!backup)
        return sql_failed(copy, "read the state", err);
    sqlite3_backup_step(backup, -1);
    if (sqlite3_backup_finish(backup) != SQLITE_OK)
        return sql_failed(copy, "read the state", err);
    if (seal_begin(&store->seal, copy, err) < 0)
        return -1;
    return upgrade(copy, err);
}

/* A reader changes nothing, so an older file is brought up to date in memory only. */
static int read_older(struct store *store, struct err *err)
{
    struct sql copy = { .path = store->path };

    if (sqlite3_open_v2(":memory:", &copy.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
        != SQLITE_OK)
        memory_out();
    connection_distrust(copy.db);
    if (upgrade_copy(&copy, store, err) < 0) {
        sqlite3_close(copy.db);
        return -1;
    }
    sqlite3_close(store->sql.db);
    store->sql.db = copy.db;
    store->unaccepted = true;
    return 0;
}

/* An empty file (a pass was killed before it wrote anything) is an empty state. */
static int prepare_read(struct store *store, struct err *err)
{
    const struct ledger_key *key = store->seal.key;
    struct sql *sql = &store->sql;
    enum schema_age age;
    int known = 1;

    if (schema_check(&age, sql, err) < 0 || connection_check(sql, err) < 0)
        return -1;
    if (age != SCHEMA_EMPTY && key && (known = key_id_check(sql, key->id, err)) < 0)
        return -1;
    if (age == SCHEMA_CURRENT && !known)
        return key_id_missing(sql, err);
    if (age == SCHEMA_CURRENT && seal_counter(&store->seal.counter, sql, err) < 0)
        return -1;
    store->checked = key && age == SCHEMA_CURRENT;
    if (sql_exec(sql, "COMMIT", err) < 0)
        return -1;
    if (age == SCHEMA_OLDER)
        return read_older(store, err);
    if (age == SCHEMA_EMPTY) {
        sqlite3_close(sql->db);
        sql->db = NULL;
    }
    return 0;
}

int store_open(struct store **out, const char *path, enum store_mode mode,
               const struct ledger_key *key, struct err *err)
{
    AUTO(store_close) struct store *store = store_new(path);
    enum place_kind place;

    assert(key || mode == STORE_READ);
    store->seal.key = key;
    if (state_file_look(&place, path, err) < 0)
        return -1;
    if (mode == STORE_READ && place == PLACE_MISSING) {
        *out = TAKE(store);
        return 0;
    }
    if (place == PLACE_MISSING && state_file_make(path, err) < 0)
        return -1;
    if (connect(store, mode, err) < 0)
        return -1;
    if ((mode == STORE_WRITE ? prepare_write(store, err) : prepare_read(store, err)) < 0)
        return -1;
    *out = TAKE(store);
    return 0;
}

bool store_in_use(const struct err *err)
{
    return err->kind == ERR_STORE
           && ((err->code & 0xff) == SQLITE_BUSY || (err->code & 0xff) == SQLITE_LOCKED);
}

bool store_is_unaccepted(const struct store *store) { return store->unaccepted; }

int store_accept(struct store *store, struct err *err)
{
    assert(store->unaccepted);
    if (end_open(&store->sql, true, err) < 0)
        return -1;
    store->unaccepted = false;
    return 0;
}

uint64_t store_counter(const struct store *store) { return store->seal.counter; }

void store_raise(struct store *store, uint64_t counter)
{
    if (counter > store->seal.counter)
        store->seal.counter = counter;
}

/* A table's rows, and whether they are all that were written. */
static int load_table(struct ledger *out, struct store *store, const struct table *table,
                      struct err *err)
{
    if (rows_load(out, table, &store->sql, store->checked, err) < 0)
        return -1;
    return store->checked ? seal_check(&store->seal, table, &store->sql, err) : 0;
}

static int load_tables(struct ledger *out, struct store *store, struct err *err)
{
    seal_restart(&store->seal);
    for (size_t i = 0; i < table_count; i++)
        if (load_table(out, store, &tables[i], err) < 0)
            return -1;
    return store->checked ? seal_check_schema(&store->seal, &store->sql, err) : 0;
}

/* One transaction, so that all rows are of one time; an unaccepted file is in one already. */
static int begin_read(const struct store *store, struct err *err)
{
    return sqlite3_get_autocommit(store->sql.db) ? sql_exec(&store->sql, "BEGIN", err) : 0;
}

static void end_read(const struct store *store)
{
    if (!store->unaccepted)
        sqlite3_exec(store->sql.db, "ROLLBACK", NULL, NULL, NULL);
}

int store_load(struct ledger *out, struct store *store, struct arena *arena, struct err *err)
{
    const uint64_t raised = store->seal.counter;
    int result = 0;

    *out = (struct ledger){ .arena = arena };
    if (!store->sql.db)
        return 0;
    if (begin_read(store, err) < 0)
        return -1;
    result = load_tables(out, store, err);
    end_read(store);
    for (struct ledger_rotation *row = out->rotations; row && result == 0; row = row->next)
        ledger_set_deployed(row, row->deployed_trust, arena);
    store->loaded = result == 0;
    store_raise(store, raised);
    return result;
}

/* The sums of a file that was not loaded. */
static int sum_up(struct store *store, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct ledger ledger;

    return store->loaded ? 0 : store_load(&ledger, store, arena, err);
}

static int save_rows(struct store *store, const struct ledger *ledger, struct err *err)
{
    FAULT("store.save.before");
    if (sql_exec(&store->sql, "BEGIN IMMEDIATE", err) < 0)
        return -1;
    if (rename_save_all(ledger, &store->sql, err) < 0)
        return -1;
    for (size_t i = 0; i < table_count; i++)
        if (rows_save(ledger, &tables[i], &store->sql, err) < 0)
            return -1;
    if (seal_write(&store->seal, &store->sql, err) < 0)
        return -1;
    FAULT("store.commit.before");
    if (sql_exec(&store->sql, "COMMIT", err) < 0)
        return -1;
    FAULT("store.commit.after");
    return 0;
}

int store_save(struct store *store, struct ledger *ledger, struct err *err)
{
    const uint64_t counter = store->seal.counter;

    assert(store->sql.db && !sqlite3_db_readonly(store->sql.db, "main") && !store->unaccepted);
    if (sum_up(store, err) < 0)
        return -1;
    if (save_rows(store, ledger, err) < 0) {
        sqlite3_exec(store->sql.db, "ROLLBACK", NULL, NULL, NULL);
        store->loaded = false; /* the sums are those of rows that were not written */
        store->seal.counter = counter;
        return -1;
    }
    ledger->renames = NULL;
    for (size_t i = 0; i < table_count; i++)
        rows_saved(ledger, &tables[i]);
    return 0;
}

/* What is about to be committed, as the next one who opens the file will see it. */
static int prove_written(struct store *store, const struct store_proof *proof, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct ledger ledger = { .arena = arena };

    if (load_tables(&ledger, store, err) < 0)
        return -1;
    return proof->prove(proof->context, &ledger, err);
}

static int rekey_rows(struct store *store, const struct ledger *ledger,
                      const struct ledger_key *key, const struct store_proof *proof,
                      struct err *err)
{
    FAULT("store.rekey.before");
    if (sql_exec(&store->sql, "BEGIN IMMEDIATE", err) < 0)
        return -1;
    for (size_t i = 0; i < table_count; i++)
        if (rows_save(ledger, &tables[i], &store->sql, err) < 0)
            return -1;
    store->seal.key = key;
    if (key_id_replace(&store->sql, key->id, err) < 0 || seal_all(store, err) < 0
        || prove_written(store, proof, err) < 0)
        return -1;
    FAULT("store.rekey.commit.before");
    if (sql_exec(&store->sql, "COMMIT", err) < 0)
        return -1;
    FAULT("store.rekey.commit.after");
    return 0;
}

int store_rekey(struct store *store, struct ledger *ledger, const struct ledger_key *key,
                const struct store_proof *proof, struct err *err)
{
    const struct ledger_key *former = store->seal.key;
    const uint64_t counter = store->seal.counter;

    assert(store->sql.db && store->checked && !store->unaccepted && !ledger->renames);
    if (sum_up(store, err) < 0)
        return -1;
    if (rekey_rows(store, ledger, key, proof, err) < 0) {
        sqlite3_exec(store->sql.db, "ROLLBACK", NULL, NULL, NULL);
        store->seal.key = former;
        store->seal.counter = counter;
        store->loaded = false;
        return -1;
    }
    for (size_t i = 0; i < table_count; i++)
        rows_saved(ledger, &tables[i]);
    return 0;
}

static void find(struct store_finding *out, const char *part, size_t rows, int result,
                 const struct err *why, struct arena *arena)
{
    *out = (struct store_finding){ part, rows, result < 0 ? arena_text(arena, why->text) : NULL };
}

/* A table by itself, so that what is wrong with one does not hide another. */
static void check_table(struct store_finding *out, struct store *store, const struct table *table,
                        struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct ledger ledger = { .arena = scratch };
    struct err why;
    int64_t rows = 0;
    int result;

    result = load_table(&ledger, store, table, &why);
    if (result == 0 && !store->checked)
        result = sql_int(&rows, &store->sql,
                         arena_printf(scratch, "SELECT count(*) FROM %s", table->name), &why);
    else
        rows = store->seal.sums[table - tables].rows;
    find(out, table->name, (size_t)rows, result, &why, arena);
}

int store_check(struct store_finding **out, size_t *count, struct store *store, struct arena *arena,
                struct err *err)
{
    struct store_finding *findings = ARENA_NEW(arena, struct store_finding, table_count + 1);
    struct err why;
    bool good = true;

    *out = findings;
    *count = 0;
    if (!store->sql.db)
        return 0;
    if (begin_read(store, err) < 0)
        return -1;
    store->sql.brief = true;
    seal_restart(&store->seal);
    for (size_t i = 0; i < table_count; i++) {
        check_table(&findings[i], store, &tables[i], arena);
        good &= !findings[i].wrong;
    }
    *count = table_count;
    if (store->checked && good) /* damaged tables have their own finding */
        find(&findings[(*count)++], "schema", 0, seal_check_schema(&store->seal, &store->sql, &why),
             &why, arena);
    store->sql.brief = false;
    end_read(store);
    return 0;
}
