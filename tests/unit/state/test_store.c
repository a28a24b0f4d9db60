/* test_store.c - what is saved comes back, and every file that must not be written is refused
 * unchanged. */
#include "tests/lib/state_sample.h"

#include "base/files.h"
#include "base/text.h"
#include "state/schema.h"
#include "state/state_file.h"
#include "state/tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct test {
    struct sample_place place;
    struct arena *arena;
};

static int setup(void **state)
{
    struct test *test = calloc(1, sizeof *test);

    test->arena = arena_new();
    sample_place(&test->place);
    *state = test;
    return 0;
}

static int teardown(void **state)
{
    struct test *test = *state;

    sample_clean(&test->place);
    arena_free(test->arena);
    free(test);
    return 0;
}

/* Runs SQL on the file as another program would. */
static void meddle(const char *path, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int64_t ask(const char *path, const char *query)
{
    struct sql sql = { .path = path };
    struct err err;
    int64_t answer = -1;

    assert_int_equal(sqlite3_open(path, &sql.db), SQLITE_OK);
    assert_int_equal(sql_int(&answer, &sql, query, &err), 0);
    sqlite3_close(sql.db);
    return answer;
}

static void every_column_comes_back(void **state)
{
    struct test *test = *state;
    struct ledger saved = sample_ledger(test->arena, 1), loaded;

    sample_save(test->place.file, &saved);
    assert_false(saved.roots->changed);
    assert_false(saved.runs->changed);
    loaded = sample_load(test->place.file, STORE_WRITE, test->arena);
    assert_same_ledger(&saved, &loaded);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_same_ledger(&saved, &loaded);
}

static void a_changed_row_replaces_the_old_one(void **state)
{
    struct test *test = *state;
    struct ledger first = sample_ledger(test->arena, 1), second = sample_ledger(test->arena, 2);
    struct ledger loaded;

    sample_save(test->place.file, &first);
    sample_save(test->place.file, &second);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_same_ledger(&second, &loaded);
    assert_false(same_ledger(&first, &loaded));
}

static void an_unchanged_row_is_not_written(void **state)
{
    struct test *test = *state;
    struct ledger saved = sample_ledger(test->arena, 1), loaded;
    struct store *store;
    struct err err;

    sample_save(test->place.file, &saved);
    assert_int_equal(store_open(&store, test->place.file, STORE_WRITE, sample_key("k1"), &err), 0);
    assert_int_equal(store_load(&loaded, store, test->arena, &err), 0);
    loaded.roots->spki = "changed without saying so";
    assert_int_equal(store_save(store, &loaded, &err), 0);
    store_close(store);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_same_ledger(&saved, &loaded);
}

static void null_texts_come_back_empty(void **state)
{
    struct test *test = *state;
    struct ledger ledger = { .arena = test->arena }, loaded;

    ledger_add_delivery(&ledger)->path = "p";
    sample_save(test->place.file, &ledger);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_string_equal(loaded.deliveries->content, "");
    assert_null(loaded.deliveries->next);
}

static size_t count_of(const struct ledger_delivery *rows)
{
    size_t count = 0;

    for (; rows; rows = rows->next)
        count++;
    return count;
}

static void a_row_without_its_key_is_not_saved(void **state)
{
    struct test *test = *state;
    struct ledger ledger = sample_ledger(test->arena, 1), loaded;
    struct store *store;
    struct err err;

    sample_save(test->place.file, &ledger);
    assert_int_equal(store_open(&store, test->place.file, STORE_WRITE, sample_key("k1"), &err), 0);
    ledger_add_delivery(&ledger)->path = "";
    ledger.roots->changed = true;
    ledger.roots->spki = "half of a save";
    assert_int_equal(store_save(store, &ledger, &err), -1);
    assert_true(ledger.roots->changed); /* nothing was saved, so nothing is deleted */
    /* The same store stays usable: it can be read, and saved. */
    if (store_load(&loaded, store, test->arena, &err) < 0)
        fail_msg("%s", err.text);
    assert_null(ledger_find_delivery(&loaded, ""));
    assert_string_not_equal(loaded.roots->spki, "half of a save");
    assert_int_equal(count_of(loaded.deliveries), count_of(ledger.deliveries) - 1);
    loaded.roots->changed = true;
    loaded.roots->spki = "later";
    if (store_save(store, &loaded, &err) < 0)
        fail_msg("%s", err.text);
    store_close(store);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_null(ledger_find_delivery(&loaded, ""));
    assert_string_equal(loaded.roots->spki, "later");
}

static void a_status_that_is_gone_is_deleted(void **state)
{
    struct test *test = *state;
    struct ledger ledger = sample_ledger(test->arena, 1), loaded;
    const char *kept = ledger.statuses->next->virtual_mesh;

    sample_save(test->place.file, &ledger);
    ledger.statuses->gone = true;
    sample_save(test->place.file, &ledger);
    assert_string_equal(ledger.statuses->virtual_mesh, kept);
    assert_null(ledger.statuses->next);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_same_ledger(&ledger, &loaded);
}

static void a_run_keeps_its_row_and_the_newest_is_first(void **state)
{
    struct test *test = *state;
    struct ledger ledger = { .arena = test->arena }, loaded;
    struct ledger_run *run;

    for (int i = 0; i < 30; i++) {
        run = ledger_add_run(&ledger);
        run->started = 7; /* a set clock: all the same */
        run->result = RUN_FAILED;
        sample_save(test->place.file, &ledger);
        assert_int_equal(run->row, i + 1);
    }
    run->result = RUN_CONVERGED;
    sample_save(test->place.file, &ledger);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_int_equal(loaded.runs->row, 30);
    assert_int_equal(loaded.runs->result, RUN_CONVERGED);
    assert_int_equal(ask(test->place.file, "SELECT count(*) FROM runs"), 30);
}

/* What is an enum in the ledger is stored as the text that earlier versions wrote. */
static void names_are_stored_as_ever(void **state)
{
    static const struct {
        const char *sentence, *query;
    } rows[] = {
        { "a generated root", "SELECT count(*) FROM roots WHERE source='generated'" },
        { "a given root", "SELECT count(*) FROM roots WHERE source='secret'" },
        { "an adopted root", "SELECT count(*) FROM roots WHERE source='adopted'" },
        { "a manifest", "SELECT count(*) FROM deliveries WHERE path='m' AND recipient='ab12'" },
        { "a receipt", "SELECT count(*) FROM deliveries WHERE path='r' AND recipient='direct'" },
        { "age recipients",
          "SELECT count(*) FROM deliveries WHERE path='s' AND recipient='age:cd34'" },
        { "a pass that converged", "SELECT count(*) FROM runs WHERE result='converged'" },
        { "a pass that refused specs", "SELECT count(*) FROM runs WHERE result='refused'" },
        { "a pass that failed", "SELECT count(*) FROM runs WHERE result='failed'" },
    };
    struct test *test = *state;
    struct ledger ledger = { .arena = test->arena }, loaded;
    struct ledger_delivery *row;

    for (int i = 0; i <= ORIGIN_ADOPTED; i++) {
        struct ledger_root *root = ledger_add_root(&ledger);

        root->id = arena_printf(test->arena, "%d", i);
        root->origin = (enum root_origin)i;
    }
    row = ledger_add_delivery(&ledger);
    row->path = "m";
    row->recipient = (struct delivery_recipient){ RECIPIENT_KEY, "ab12" };
    row = ledger_add_delivery(&ledger);
    row->path = "r";
    row->recipient = (struct delivery_recipient){ RECIPIENT_CLUSTER, "" };
    row = ledger_add_delivery(&ledger);
    row->path = "s";
    row->recipient = (struct delivery_recipient){ RECIPIENT_AGE, "cd34" };
    for (int i = RUN_CONVERGED; i <= RUN_FAILED; i++)
        ledger_add_run(&ledger)->result = (enum run_result)i;
    sample_save(test->place.file, &ledger);
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (ask(test->place.file, rows[i].query) != 1)
            fail_msg("%s", rows[i].sentence);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    for (int i = 0; i <= ORIGIN_ADOPTED; i++)
        assert_int_equal(ledger_find_root(&loaded, arena_printf(test->arena, "%d", i))->origin, i);
    assert_int_equal(ledger_find_delivery(&loaded, "m")->recipient.kind, RECIPIENT_KEY);
    assert_string_equal(ledger_find_delivery(&loaded, "m")->recipient.fingerprint, "ab12");
    assert_int_equal(ledger_find_delivery(&loaded, "r")->recipient.kind, RECIPIENT_CLUSTER);
    assert_int_equal(ledger_find_delivery(&loaded, "s")->recipient.kind, RECIPIENT_AGE);
    assert_string_equal(ledger_find_delivery(&loaded, "s")->recipient.fingerprint, "cd34");
    assert_int_equal(loaded.runs->result, RUN_CONVERGED); /* saved last to first */
}

/* The JSON that is stored is decoded once, where the ledger is loaded. */
static void deployed_trust_is_decoded_on_loading(void **state)
{
    static const struct {
        const char *sentence, *json;
        bool known;
        double ratio;
    } rows[] = {
        { "no trust was deployed", "", false, 0 },
        { "what is no JSON is not known", "{", false, 0 },
        { "a ratio is read",
          "{\"intermediateCertOptions\":{\"secretRotationGracePeriodRatio\":0.25}}", true, 0.25 },
        { "one that is not written is the default", "{}", true, 0.10 },
    };
    struct test *test = *state;

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ledger ledger = { .arena = test->arena }, loaded;
        struct ledger_rotation *row = ledger_add_rotation(&ledger);

        row->virtual_mesh = "ns/a";
        row->deployed_trust = rows[i].json;
        sample_save(test->place.file, &ledger);
        loaded = sample_load(test->place.file, STORE_READ, test->arena);
        if ((loaded.rotations->deployed != NULL) != rows[i].known)
            fail_msg("%s", rows[i].sentence);
        if (rows[i].known)
            assert_float_equal(loaded.rotations->deployed->intermediate.grace_ratio, rows[i].ratio,
                               1e-9);
    }
}

static void old_runs_are_forgotten(void **state)
{
    struct test *test = *state;
    struct ledger ledger = { .arena = test->arena };

    for (int i = 0; i < 1500; i++)
        ledger_add_run(&ledger);
    sample_save(test->place.file, &ledger);
    ledger.runs = NULL;
    ledger_add_run(&ledger);
    sample_save(test->place.file, &ledger);
    assert_int_equal(ask(test->place.file, "SELECT count(*) FROM runs"), 1000);
    assert_int_equal(ask(test->place.file, "SELECT max(id) FROM runs"), 1501);
}

static void the_newest_runs_are_loaded(void **state)
{
    struct test *test = *state;
    struct ledger ledger = { .arena = test->arena }, loaded;
    int64_t next = 25;

    for (int i = 0; i < 25; i++)
        ledger_add_run(&ledger);
    sample_save(test->place.file, &ledger);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    for (const struct ledger_run *run = loaded.runs; run; run = run->next)
        assert_int_equal(run->row, next--);
    assert_int_equal(next, 5); /* twenty of them */
}

/* A column that is described twice or not at all would lose data silently. */
static void the_description_covers_the_schema(void **state)
{
    struct test *test = *state;
    struct ledger ledger = { .arena = test->arena };

    sample_save(test->place.file, &ledger);
    for (size_t i = 0; i < table_count; i++) {
        const char *query = arena_printf(
            test->arena, "SELECT count(*) FROM pragma_table_info('%s')", tables[i].name);

        assert_int_equal(ask(test->place.file, query), tables[i].count + 1); /* and mac */
        for (size_t j = 0; j < tables[i].count; j++)
            for (size_t k = 0; k < j; k++)
                assert_int_not_equal(tables[i].columns[j].offset, tables[i].columns[k].offset);
    }
}

static void the_file_is_private(void **state)
{
    struct test *test = *state;
    struct ledger ledger = sample_ledger(test->arena, 1);
    const char *folder = arena_printf(test->arena, "%s/a/b", test->place.folder);
    const char *path = arena_printf(test->arena, "%s/state.db", folder);
    struct stat info;
    mode_t old = umask(0);

    sample_save(path, &ledger);
    umask(old);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(stat(folder, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);
}

static void nothing_is_left_beside_it(void **state)
{
    struct test *test = *state;
    struct ledger ledger = sample_ledger(test->arena, 1);

    sample_save(test->place.file, &ledger);
    assert_int_equal(unlink(test->place.file), 0);
    assert_int_equal(rmdir(test->place.folder), 0);
    assert_int_equal(mkdir(test->place.folder, 0700), 0);
}

static void a_destroyed_key_leaves_no_bytes(void **state)
{
    struct test *test = *state;
    struct ledger ledger = sample_ledger(test->arena, 1);
    static const unsigned char secret[] = "sealed bytes that must vanish from the file";
    size_t len;
    char *bytes;

    ledger.roots->key = (struct sealed){ secret, sizeof secret - 1 };
    sample_save(test->place.file, &ledger);
    bytes = sample_bytes(test->place.file, &len, test->arena);
    assert_non_null(memmem(bytes, len, secret, sizeof secret - 1));
    ledger.roots->key = (struct sealed){ 0 };
    sample_save(test->place.file, &ledger);
    bytes = sample_bytes(test->place.file, &len, test->arena);
    assert_null(memmem(bytes, len, secret, sizeof secret - 1));
}

#define RENAME(rows)                                                                               \
    for (; rows; rows = rows->next)                                                                \
        if (strcmp(rows->virtual_mesh, rename->from) == 0)                                         \
            rows->virtual_mesh = rename->to;

/* As pki/transfer.c does it; the save writes every row. */
static void rename_rows(struct ledger *ledger, const struct ledger_rename *rename)
{
    struct ledger each = *ledger;

    RENAME(each.roots)
    RENAME(each.intermediates)
    RENAME(each.deliveries)
    RENAME(each.rotations)
    RENAME(each.restarts)
}

/* Before the rows of the same save: one that was renamed is written under its new name. */
static void a_virtual_mesh_is_renamed_in_every_table(void **state)
{
    struct test *test = *state;
    struct ledger ledger = sample_ledger(test->arena, 0), loaded;
    const char *from = ledger.rotations->virtual_mesh;
    struct ledger_rename rename = { from, "new/name", NULL };

    sample_save(test->place.file, &ledger);
    ledger = sample_load(test->place.file, STORE_WRITE, test->arena);
    ledger.renames = &rename;
    rename_rows(&ledger, &rename);
    ledger.rotations->id = "r9";
    sample_save(test->place.file, &ledger);
    loaded = sample_load(test->place.file, STORE_WRITE, test->arena);
    assert_null(ledger_find_rotation(&loaded, from));
    assert_string_equal(ledger_find_rotation(&loaded, "new/name")->id, "r9");
    for (struct ledger_root *row = loaded.roots; row; row = row->next)
        assert_string_not_equal(row->virtual_mesh, from);
    for (struct ledger_intermediate *row = loaded.intermediates; row; row = row->next)
        assert_string_not_equal(row->virtual_mesh, from);
    for (struct ledger_delivery *row = loaded.deliveries; row; row = row->next)
        assert_string_not_equal(row->virtual_mesh, from);
    for (struct ledger_restart *row = loaded.restarts; row; row = row->next)
        assert_string_not_equal(row->virtual_mesh, from);
    assert_non_null(ledger_find_status(&loaded, from)); /* what was posted was posted under it */
}

static void a_delivery_and_a_restart_that_are_gone_are_deleted(void **state)
{
    struct test *test = *state;
    struct ledger ledger = sample_ledger(test->arena, 1), loaded;
    const char *path = ledger.deliveries->path;
    struct ledger_delivery *again;

    sample_save(test->place.file, &ledger);
    ledger.deliveries->gone = ledger.restarts->gone = true;
    assert_null(ledger_find_delivery(&ledger, path));
    sample_save(test->place.file, &ledger);
    assert_null(ledger.deliveries->next);
    assert_null(ledger.restarts->next);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_same_ledger(&ledger, &loaded);
    ledger.deliveries->gone = true; /* another row takes its place in the same save */
    again = ledger_add_delivery(&ledger);
    again->path = ledger.deliveries->path;
    again->content = "new";
    sample_save(test->place.file, &ledger);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_string_equal(loaded.deliveries->content, "new");
    assert_null(loaded.deliveries->next);
    ledger.deliveries->gone = true; /* the one that was added last: the next comes behind nothing */
    sample_save(test->place.file, &ledger);
    assert_null(ledger.deliveries);
    ledger_add_delivery(&ledger)->path = "one";
    ledger.deliveries->next = arena_alloc(test->arena, 1, sizeof *ledger.deliveries);
    ledger.deliveries->next->path = "two, added by hand";
    ledger_add_delivery(&ledger)->path = "three";
    assert_string_equal(ledger.deliveries->next->next->path, "three");
    ledger.deliveries->next->next->gone = true;
    sample_save(test->place.file, &ledger);
    ledger_add_delivery(&ledger)->path = "four";
    assert_string_equal(ledger.deliveries->next->next->path, "four");
}

/* What version 1 of the schema held; see schema.c. */
#define NO_MAC(table) "ALTER TABLE " table " DROP COLUMN mac;"
#define AS_VERSION_2                                                                               \
    "DROP TABLE seals; ALTER TABLE deliveries DROP COLUMN content_digest;" NO_MAC("roots")         \
        NO_MAC("intermediates") NO_MAC("deliveries") NO_MAC("rotations") NO_MAC("publications")    \
            NO_MAC("statuses") NO_MAC("restarts") NO_MAC("facts")                                  \
                NO_MAC("runs") "PRAGMA user_version=2;"

static const char as_version_1[] =
    AS_VERSION_2 "DROP TABLE restarts; ALTER TABLE deliveries DROP COLUMN mark;"
                 "ALTER TABLE intermediates DROP COLUMN options; PRAGMA user_version=1";

static struct ledger ledger_1(struct arena *arena)
{
    struct ledger ledger = sample_ledger(arena, 1);

    for (struct ledger_delivery *row = ledger.deliveries; row; row = row->next)
        row->mark = "";
    for (struct ledger_intermediate *row = ledger.intermediates; row; row = row->next)
        row->options = "";
    for (struct ledger_publication *row = ledger.publications; row; row = row->next)
        row->inputs = ""; /* so that the next pass is not idle */
    ledger.restarts = NULL;
    return ledger;
}

static void version_1_is_brought_up_to_date(void **state)
{
    struct test *test = *state;
    struct ledger was = ledger_1(test->arena), loaded;

    sample_save(test->place.file, &was);
    meddle(test->place.file, as_version_1);
    loaded = sample_load(test->place.file, STORE_WRITE, test->arena);
    assert_same_ledger(&was, &loaded);
    assert_int_equal(ask(test->place.file, "PRAGMA user_version"), 1); /* not accepted yet */
    was = sample_ledger(test->arena, 2);
    sample_save(test->place.file, &was);
    assert_int_equal(ask(test->place.file, "PRAGMA user_version"), SCHEMA_VERSION);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_same_ledger(&was, &loaded);
}

static void a_reader_of_version_1_changes_nothing(void **state)
{
    struct test *test = *state;
    struct ledger was = ledger_1(test->arena), loaded;
    char *before, *after;
    size_t before_len, after_len;

    sample_save(test->place.file, &was);
    meddle(test->place.file, as_version_1);
    before = sample_bytes(test->place.file, &before_len, test->arena);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_same_ledger(&was, &loaded);
    after = sample_bytes(test->place.file, &after_len, test->arena);
    assert_int_equal(before_len, after_len);
    assert_memory_equal(before, after, after_len);
}

static void version_1_of_another_key_is_refused(void **state)
{
    struct test *test = *state;
    struct ledger was = ledger_1(test->arena);
    struct store *store;
    struct err err = { .text = "" };

    sample_save(test->place.file, &was);
    meddle(test->place.file, as_version_1);
    assert_int_equal(store_open(&store, test->place.file, STORE_WRITE, sample_key("k2"), &err), -1);
    assert_non_null(strstr(err.text, "another state key (id k1, given now: k2)"));
    assert_int_equal(store_open(&store, test->place.file, STORE_READ, sample_key("k2"), &err), -1);
    assert_non_null(strstr(err.text, "another state key (id k1, given now: k2)"));
    assert_int_equal(ask(test->place.file, "PRAGMA user_version"), 1);
}

static void reading_a_missing_file_is_an_empty_state(void **state)
{
    struct test *test = *state;
    struct ledger loaded = sample_load(test->place.file, STORE_READ, test->arena);

    assert_null(loaded.roots);
    assert_int_equal(access(test->place.file, F_OK), -1);
}

static void reading_an_empty_file_is_an_empty_state(void **state)
{
    struct test *test = *state;
    struct ledger loaded;
    struct err err;

    assert_int_equal(file_write(test->place.file, "", 0, 0600, &err), 0);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_null(loaded.roots);
}

/* Each: how the file got that way, what is said about it. */
struct refusal {
    const char *sentence;
    const char *meddling; /* SQL on a good file; NULL: content instead */
    const char *content;
    mode_t mode;
    const char *key_id; /* NULL: read without a key */
    const char *said;
};

#define A64 "this text takes the place of a database, sixty-four bytes of it."
#define A512 A64 A64 A64 A64 A64 A64 A64 A64

/* clang-format off */
static const struct refusal refusals[] = {
    { "a newer schema", "PRAGMA user_version=4", NULL, 0600, "k1", "was written by a newer weft (schema 4; this program knows 3)" },
    { "a far newer schema", "PRAGMA user_version=2000000000", NULL, 0600, "k1", "use the newer program" },
    { "no version", "PRAGMA user_version=0", NULL, 0600, "k1", "is damaged (it has no schema version)" },
    { "another program's database", "PRAGMA application_id=7", NULL, 0600, "k1", "not a state of weft" },
    { "another program's database without an id", "PRAGMA application_id=0; PRAGMA user_version=0", NULL, 0600, "k1", "not a state of weft" },
    { "another state key", "SELECT 1", NULL, 0600, "k2", "another state key (id k1, given now: k2)" },
    { "readable by its group", "SELECT 1", NULL, 0640, "k1", "(mode 0640)" },
    { "readable by everybody", "SELECT 1", NULL, 0604, "k1", "chmod 600" },
    { "writable by its group", "SELECT 1", NULL, 0620, "k1", "chmod 600" },
    { "text instead of a database", NULL, A512 A512, 0600, "k1", "file is not a database" },
    { "a little text", NULL, A64, 0600, "k1", "it has 64 bytes" },
    { "a single byte", NULL, "x", 0600, "k1", "it has 1 bytes" },
    { "write-ahead log", "PRAGMA journal_mode=WAL", NULL, 0600, "k1", "PRAGMA journal_mode=DELETE" },
    { "a table is missing", "DROP TABLE deliveries", NULL, 0600, "k1", "no such table" },
    { "a column is missing", "ALTER TABLE roots DROP COLUMN spki", NULL, 0600, "k1", "no such column" },
    { "an enum value that weft never writes", "UPDATE roots SET state='ACTIVE'", NULL, 0600, NULL, "a state that weft never writes" },
    { "a generation below 0", "UPDATE roots SET generation=-1", NULL, 0600, NULL, "a generation that weft never writes" },
    { "a generation above 32 bits", "UPDATE intermediates SET generation=4294967296", NULL, 0600, NULL, "a generation that weft never writes" },
    { "a step above 31 bits", "PRAGMA ignore_check_constraints=ON; UPDATE rotations SET step=2147483648", NULL, 0600, NULL, "table rotations holds a step" },
    { "a step below 31 bits", "PRAGMA ignore_check_constraints=ON; UPDATE rotations SET step=-2147483649", NULL, 0600, NULL, "table rotations holds a step" },
    { "a counter below 0", "PRAGMA ignore_check_constraints=ON; UPDATE publications SET counter=-1", NULL, 0600, NULL, "table publications holds a counter" },
    { "a rotation state that weft never writes", "UPDATE rotations SET state=''", NULL, 0600, NULL, "table rotations holds a state" },
};
/* clang-format on */

static void refuse(struct test *test, const struct refusal *refusal, enum store_mode mode)
{
    AUTO(store_close) struct store *store = NULL;
    struct ledger ledger = sample_ledger(test->arena, 1);
    char *before, *after;
    size_t before_len, after_len;
    struct err err = { .text = "" };
    int result;

    if (refusal->content)
        result =
            file_write(test->place.file, refusal->content, strlen(refusal->content), 0600, &err);
    else
        sample_save(test->place.file, &ledger);
    if (refusal->meddling)
        meddle(test->place.file, refusal->meddling);
    assert_int_equal(chmod(test->place.file, refusal->mode), 0);
    before = sample_bytes(test->place.file, &before_len, test->arena);
    result = store_open(&store, test->place.file, mode,
                        refusal->key_id ? sample_key(refusal->key_id) : NULL, &err);
    if (result == 0)
        result = store_load(&ledger, store, test->arena, &err);
    if (result == 0 || !strstr(err.text, refusal->said))
        fail_msg("%s: got \"%s\"", refusal->sentence, result ? err.text : "no refusal");
    if (store)
        store_close(TAKE(store));
    after = sample_bytes(test->place.file, &after_len, test->arena);
    assert_int_equal(before_len, after_len);
    assert_memory_equal(before, after, before_len);
    unlink(test->place.file);
}

static void doubtful_files_are_refused_unchanged(void **state)
{
    for (size_t i = 0; i < LENGTH(refusals); i++) {
        if (refusals[i].key_id)
            refuse(*state, &refusals[i], STORE_WRITE);
        refuse(*state, &refusals[i], STORE_READ);
    }
}

static void a_folder_is_no_state(void **state)
{
    struct test *test = *state;
    struct store *store;
    struct err err;

    assert_int_equal(mkdir(test->place.file, 0700), 0);
    assert_int_equal(store_open(&store, test->place.file, STORE_WRITE, sample_key("k1"), &err), -1);
    assert_non_null(strstr(err.text, "is not a regular file"));
}

/* A name that is longer than a file system takes. */
static void a_file_that_cannot_be_made_is_an_error(void **state)
{
    struct test *test = *state;
    char name[300];
    struct err err;

    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(state_file_make(test->place.file, &err), 0);
    assert_int_equal(state_file_make(test->place.file, &err), 0); /* another pass was faster */
    assert_int_equal(
        state_file_make(arena_printf(test->arena, "%s/%s", test->place.folder, name), &err), -1);
}

static void a_state_belongs_to_its_first_key(void **state)
{
    struct test *test = *state;
    struct store *store;
    struct err err;

    assert_int_equal(store_open(&store, test->place.file, STORE_WRITE, sample_key("k9"), &err), 0);
    store_close(store);
    assert_int_equal(store_open(&store, test->place.file, STORE_WRITE, sample_key("k8"), &err), -1);
    assert_int_equal(store_open(&store, test->place.file, STORE_READ, NULL, &err), 0);
    store_close(store);
}

static void a_second_writer_is_refused(void **state)
{
    struct test *test = *state;
    struct store *first, *second = NULL;
    struct err err = { .text = "" };
    int status;

    assert_int_equal(store_open(&first, test->place.file, STORE_WRITE, sample_key("k1"), &err), 0);
    store_close(first);
    assert_int_equal(store_open(&first, test->place.file, STORE_WRITE, sample_key("k1"), &err), 0);
    if (fork() == 0) { /* another process */
        int result = store_open(&second, test->place.file, STORE_WRITE, sample_key("k1"), &err);

        _exit(result < 0 && strstr(err.text, "is in use by another pass") ? 0 : 1);
    }
    wait(&status);
    assert_int_equal(status, 0);
    assert_int_equal(store_open(&second, test->place.file, STORE_WRITE, sample_key("k1"), &err),
                     -1);
    assert_non_null(strstr(err.text, "is in use by another pass"));
    store_close(first);
    assert_int_equal(store_open(&second, test->place.file, STORE_WRITE, sample_key("k1"), &err), 0);
    store_close(second);
}

static void a_pass_that_only_read_so_far_lets_others_read(void **state)
{
    struct test *test = *state;
    struct ledger saved = sample_ledger(test->arena, 1), loaded;
    struct store *writer, *reader;
    struct err err = { .text = "" };

    sample_save(test->place.file, &saved);
    assert_int_equal(store_open(&writer, test->place.file, STORE_WRITE, sample_key("k1"), &err), 0);
    assert_int_equal(store_load(&loaded, writer, test->arena, &err), 0);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_same_ledger(&saved, &loaded);
    sample_touch(&saved);
    assert_int_equal(store_save(writer, &saved, &err), 0);
    assert_int_equal(store_open(&reader, test->place.file, STORE_READ, sample_key("k1"), &err), -1);
    assert_non_null(strstr(err.text, "is in use by another pass"));
    store_close(writer);
    loaded = sample_load(test->place.file, STORE_READ, test->arena);
    assert_same_ledger(&saved, &loaded);
}

/* --- another state key --- */

static int look_at(const void *context, const struct ledger *ledger, struct err *err)
{
    if (context)
        return err_set(err, ERR_CRYPTO, 0, "%s", (const char *)context);
    return ledger->roots ? 0 : -1;
}

static int rekey(const char *path, const char *from, const char *to, const char *refusal,
                 struct arena *arena)
{
    const struct store_proof proof = { look_at, refusal };
    struct store *store = NULL;
    struct ledger ledger;
    struct err err;
    int result;

    assert_int_equal(store_open(&store, path, STORE_WRITE, sample_key(from), &err), 0);
    assert_int_equal(store_load(&ledger, store, arena, &err), 0);
    result = store_rekey(store, &ledger, sample_key(to), &proof, &err);
    if (result == 0) { /* the same store goes on with the new key */
        ledger_set_fact(&ledger, FACT_FINDINGS, "[]");
        assert_int_equal(store_save(store, &ledger, &err), 0);
    }
    store_close(store);
    return result;
}

static bool opens_with(const char *path, const char *key, struct ledger *out, struct arena *arena)
{
    struct store *store = NULL;
    struct err err;
    bool good = store_open(&store, path, STORE_READ, sample_key(key), &err) == 0
                && store_load(out, store, arena, &err) == 0;

    if (store)
        store_close(store);
    return good;
}

static void another_key_takes_the_place_of_the_first(void **state)
{
    struct test *test = *state;
    const char *path = test->place.file;
    struct ledger saved = sample_ledger(test->arena, 1), loaded;

    sample_save(path, &saved);
    assert_true(opens_with(path, "k1", &loaded, test->arena));
    assert_int_equal(rekey(path, "k1", "k2", NULL, test->arena), 0);
    assert_false(opens_with(path, "k1", &loaded, test->arena));
    assert_true(opens_with(path, "k2", &loaded, test->arena));
    ledger_set_fact(&saved, FACT_FINDINGS, "[]");
    assert_same_ledger(&saved, &loaded);
}

static void a_proof_that_fails_keeps_the_first_key(void **state)
{
    struct test *test = *state;
    const char *path = test->place.file;
    struct ledger saved = sample_ledger(test->arena, 1), loaded;
    size_t before_len, after_len;
    char *before, *after;

    sample_save(path, &saved);
    before = sample_bytes(path, &before_len, test->arena);
    assert_int_equal(rekey(path, "k1", "k2", "a key does not open", test->arena), -1);
    after = sample_bytes(path, &after_len, test->arena);
    assert_int_equal(before_len, after_len);
    assert_memory_equal(before, after, after_len);
    assert_true(opens_with(path, "k1", &loaded, test->arena));
    assert_false(opens_with(path, "k2", &loaded, test->arena));
}

static void the_lists_find_what_was_added(void **state)
{
    struct test *test = *state;
    struct ledger ledger = sample_ledger(test->arena, 1);
    struct ledger_intermediate *active = ledger.intermediates->next;

    assert_ptr_equal(ledger_find_root(&ledger, ledger.roots->next->id), ledger.roots->next);
    assert_null(ledger_find_root(&ledger, "no such root"));
    assert_ptr_equal(ledger_find_intermediate(&ledger, active->id), active);
    assert_null(ledger_find_intermediate(&ledger, "no such intermediate"));
    assert_ptr_equal(ledger_find_status(&ledger, ledger.statuses->virtual_mesh), ledger.statuses);
    assert_ptr_equal(ledger_find_rotation(&ledger, ledger.rotations->next->virtual_mesh),
                     ledger.rotations->next);
    assert_ptr_equal(ledger_find_publication(&ledger, ledger.publications->next->repository,
                                             ledger.publications->next->branch),
                     ledger.publications->next);
    assert_null(ledger_find_publication(&ledger, ledger.publications->next->repository,
                                        ledger.publications->branch));
    ledger.intermediates->state = KEY_RETIRED;
    active->state = KEY_ACTIVE;
    assert_ptr_equal(ledger_active_intermediate(&ledger, active->virtual_mesh, active->mesh),
                     active);
    active->state = KEY_NEXT;
    assert_null(ledger_active_intermediate(&ledger, active->virtual_mesh, active->mesh));
    for (size_t i = 0; i < key_states.count; i++)
        assert_int_equal(enums_find(&key_states, enums_name(&key_states, (int)i)), i);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_column_comes_back),
        TEST(a_changed_row_replaces_the_old_one),
        TEST(an_unchanged_row_is_not_written),
        TEST(null_texts_come_back_empty),
        TEST(a_row_without_its_key_is_not_saved),
        TEST(a_status_that_is_gone_is_deleted),
        TEST(a_virtual_mesh_is_renamed_in_every_table),
        TEST(a_delivery_and_a_restart_that_are_gone_are_deleted),
        TEST(version_1_is_brought_up_to_date),
        TEST(a_reader_of_version_1_changes_nothing),
        TEST(version_1_of_another_key_is_refused),
        TEST(a_run_keeps_its_row_and_the_newest_is_first),
        TEST(names_are_stored_as_ever),
        TEST(deployed_trust_is_decoded_on_loading),
        TEST(old_runs_are_forgotten),
        TEST(the_newest_runs_are_loaded),
        TEST(the_description_covers_the_schema),
        TEST(the_file_is_private),
        TEST(nothing_is_left_beside_it),
        TEST(a_destroyed_key_leaves_no_bytes),
        TEST(reading_a_missing_file_is_an_empty_state),
        TEST(reading_an_empty_file_is_an_empty_state),
        TEST(doubtful_files_are_refused_unchanged),
        TEST(a_folder_is_no_state),
        TEST(a_file_that_cannot_be_made_is_an_error),
        TEST(a_state_belongs_to_its_first_key),
        TEST(a_second_writer_is_refused),
        TEST(a_pass_that_only_read_so_far_lets_others_read),
        TEST(another_key_takes_the_place_of_the_first),
        TEST(a_proof_that_fails_keeps_the_first_key),
        TEST(the_lists_find_what_was_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
