/* test_seal.c - one bit in each column of each table, rows that were added, deleted, exchanged or
 * brought back: the file is refused by name of the table, and not written to. */
#include "tests/lib/state_sample.h"

#include "base/files.h"
#include "base/text.h"
#include "state/tables.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct test {
    struct sample_place place;
    struct arena *arena;
    char *good; /* a state that was saved twice */
    size_t good_len;
    char *older; /* the same after its first save */
    size_t older_len;
};

static int setup(void **state)
{
    struct test *test = calloc(1, sizeof *test);
    struct ledger first, second;

    test->arena = arena_new();
    sample_place(&test->place);
    first = sample_ledger(test->arena, 1);
    sample_save(test->place.file, &first);
    test->older = sample_bytes(test->place.file, &test->older_len, test->arena);
    second = sample_ledger(test->arena, 2);
    second.runs = NULL;
    sample_save(test->place.file, &second);
    test->good = sample_bytes(test->place.file, &test->good_len, test->arena);
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

static sqlite3 *open_good(struct test *test)
{
    sqlite3 *db;
    struct err err;

    assert_int_equal(file_write(test->place.file, test->good, test->good_len, 0600, &err), 0);
    assert_int_equal(sqlite3_open(test->place.file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "PRAGMA synchronous=OFF; PRAGMA ignore_check_constraints=ON;"
                                  "PRAGMA writable_schema=ON",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    char *why = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

/* Opens and loads with the key; the file must be as it was. */
static int load(struct test *test, enum store_mode mode, struct ledger *ledger, struct err *err)
{
    AUTO(store_close) struct store *store = NULL;
    size_t before_len, after_len;
    char *before = sample_bytes(test->place.file, &before_len, test->arena), *after;
    int result = store_open(&store, test->place.file, mode, sample_key("k1"), err);

    if (result == 0)
        result = store_load(ledger, store, test->arena, err);
    after = sample_bytes(test->place.file, &after_len, test->arena);
    assert_int_equal(before_len, after_len);
    assert_memory_equal(before, after, before_len);
    return result;
}

static void expect_refusal(struct test *test, const char *what, const char *said)
{
    for (int mode = STORE_WRITE; mode <= STORE_READ; mode++) {
        struct ledger ledger;
        struct err err = { .text = "" };

        if (load(test, (enum store_mode)mode, &ledger, &err) == 0)
            fail_msg("%s: was taken", what);
        if (!strstr(err.text, said))
            fail_msg("%s: \"%s\" is not in \"%s\"", what, said, err.text);
    }
}

static void the_good_one_is_good(void **state)
{
    struct test *test = *state;
    struct ledger ledger;
    struct err err = { .text = "" };

    sqlite3_close(open_good(test));
    if (load(test, STORE_WRITE, &ledger, &err) < 0)
        fail_msg("%s", err.text);
}

/* One bit of one value; false: it is empty, and has no bit. */
static bool flip(sqlite3 *db, const char *table, const char *column, int64_t rowid, bool last)
{
    sqlite3_stmt *read, *write;
    char *sql = sqlite3_mprintf("SELECT \"%w\" FROM \"%w\" WHERE rowid=?", column, table);
    unsigned char bytes[4096];
    int type, len;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &read, NULL), SQLITE_OK);
    sqlite3_free(sql);
    sqlite3_bind_int64(read, 1, rowid);
    assert_int_equal(sqlite3_step(read), SQLITE_ROW);
    type = sqlite3_column_type(read, 0);
    len = sqlite3_column_bytes(read, 0);
    assert_true(len <= (int)sizeof bytes);
    if (type != SQLITE_INTEGER && len == 0) {
        sqlite3_finalize(read);
        return false;
    }
    sql = sqlite3_mprintf("UPDATE OR REPLACE \"%w\" SET \"%w\"=? WHERE rowid=?", table, column);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &write, NULL), SQLITE_OK);
    sqlite3_free(sql);
    sqlite3_bind_int64(write, 2, rowid);
    memcpy(bytes, sqlite3_column_blob(read, 0), (size_t)len);
    bytes[last ? len - 1 : 0] ^= last ? 1 : 2;
    if (type == SQLITE_INTEGER)
        sqlite3_bind_int64(write, 1, sqlite3_column_int64(read, 0) ^ (last ? (int64_t)1 << 40 : 1));
    else if (type == SQLITE_TEXT)
        sqlite3_bind_text(write, 1, (const char *)bytes, len, SQLITE_STATIC);
    else
        sqlite3_bind_blob(write, 1, bytes, len, SQLITE_STATIC);
    sqlite3_finalize(read);
    assert_int_equal(sqlite3_step(write), SQLITE_DONE);
    sqlite3_finalize(write);
    return true;
}

/* Text that has a digest of its own is not the file's end: it is dropped, and known to be damaged.
 */
static void expect_damaged_content(struct test *test)
{
    struct ledger ledger;
    struct err err = { .text = "" };
    size_t damaged = 0;

    if (load(test, STORE_WRITE, &ledger, &err) < 0)
        fail_msg("%s", err.text);
    for (const struct ledger_delivery *row = ledger.deliveries; row; row = row->next) {
        damaged += row->damaged;
        assert_true(row->damaged == text_empty(row->content));
    }
    assert_int_equal(damaged, 1);
}

static void flip_column(struct test *test, const char *table, const char *column, size_t *flipped)
{
    for (int bit = 0; bit < 2; bit++)
        for (int64_t rowid = 1; rowid <= 2; rowid++) {
            const char *what =
                arena_printf(test->arena, "%s.%s, row %d", table, column, (int)rowid);
            sqlite3 *db = open_good(test);
            bool done = flip(db, table, column, rowid, bit);

            sqlite3_close(db);
            if (!done)
                continue;
            ++*flipped;
            if (text_equal(column, "content"))
                expect_damaged_content(test);
            else if (text_equal(table, "facts") && rowid == 1)
                expect_refusal(test, what, text_equal(column, "mac") ? "table facts" : "key");
            else
                expect_refusal(test, what, text_equal(table, "seals") ? "table " : table);
        }
}

static void one_bit_in_each_column_of_each_table(void **state)
{
    struct test *test = *state;
    sqlite3 *db = open_good(test);
    sqlite3_stmt *query;
    struct {
        const char *table, *column;
    } list[200];
    size_t count = 0, flipped = 0;

    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT t.name, c.name FROM sqlite_schema AS t, "
                                        "pragma_table_info(t.name) AS c WHERE t.type = 'table'",
                                        -1, &query, NULL),
                     SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW) {
        list[count].table = arena_text(test->arena, (const char *)sqlite3_column_text(query, 0));
        list[count++].column = arena_text(test->arena, (const char *)sqlite3_column_text(query, 1));
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    for (size_t i = 0; i < count; i++)
        flip_column(test, list[i].table, list[i].column, &flipped);
    assert_true(count > 85 && flipped > 3 * count);
}

/* A statement for every table; %w is its name. */
static void in_each_table(struct test *test, const char *sql, const char *said)
{
    for (size_t i = 0; i < table_count; i++) {
        const char *name = tables[i].name;
        char *text = sqlite3_mprintf(sql, name, name, name, name);
        sqlite3 *db = open_good(test);

        run(db, text);
        sqlite3_close(db);
        sqlite3_free(text);
        expect_refusal(test, name, arena_printf(test->arena, "table %s%s", name, said));
    }
}

static void a_row_that_was_deleted_or_stripped(void **state)
{
    in_each_table(*state, "DELETE FROM %w WHERE rowid=(SELECT max(rowid) FROM %w)", ": has ");
    in_each_table(*state, "UPDATE %w SET mac=x'' WHERE rowid=(SELECT max(rowid) FROM %w)",
                  ": the row");
    in_each_table(*state, "UPDATE %w SET rowid=77 WHERE rowid=(SELECT max(rowid) FROM %w)",
                  ": the row");
    in_each_table(*state,
                  "UPDATE %w SET mac=(SELECT b.mac FROM %w AS b WHERE b.rowid=1) WHERE "
                  "rowid=2",
                  ": the row");
}

/* The values of one column change places between two rows. */
static void values_that_changed_places(void **state)
{
    struct test *test = *state;
    size_t swapped = 0;

    for (size_t i = 0; i < table_count; i++)
        for (size_t k = tables[i].keys; k < tables[i].count; k++) {
            const char *name = tables[i].name, *column = tables[i].columns[k].name;
            char *text = sqlite3_mprintf(
                "UPDATE %w AS a SET %w=(SELECT b.%w FROM %w AS b WHERE b.rowid=3-a.rowid) WHERE "
                "rowid<3",
                name, column, column, name);
            sqlite3 *db = open_good(test);
            struct ledger ledger;
            struct err err;

            run(db, text);
            sqlite3_free(text);
            sqlite3_close(db);
            if (tables[i].columns[k].kind == COLUMN_CONTENT || text_equal(name, "facts"))
                continue;
            if (load(test, STORE_WRITE, &ledger, &err) == 0)
                continue; /* they were equal */
            assert_non_null(strstr(err.text, name));
            swapped++;
        }
    assert_true(swapped > 50);
}

/* Rows and tables of the state as it was a save before, each with the MACs that it had. */
static void what_comes_back_from_an_older_file(void **state)
{
    struct test *test = *state;
    const char *older = arena_printf(test->arena, "%s/older.db", test->place.folder);
    struct err err;

    assert_int_equal(file_write(older, test->older, test->older_len, 0600, &err), 0);
    for (size_t i = 0; i < table_count; i++)
        for (int whole = 0; whole < 2; whole++) {
            const char *name = tables[i].name;
            sqlite3 *db = open_good(test);
            char *text =
                sqlite3_mprintf("ATTACH %Q AS older; DELETE FROM main.%w WHERE %d OR rowid=2;"
                                "INSERT INTO main.%w SELECT * FROM older.%w WHERE %d OR rowid=2;",
                                older, name, whole, name, name, whole);

            run(db, text);
            sqlite3_free(text);
            if (whole) {
                text = sqlite3_mprintf("DELETE FROM main.seals WHERE name=%Q;"
                                       "INSERT INTO main.seals SELECT * FROM older.seals WHERE "
                                       "name=%Q",
                                       name, name);
                run(db, text);
                sqlite3_free(text);
            }
            sqlite3_close(db);
            if (!text_equal(name, "runs") || whole) /* that row did not change */
                expect_refusal(test, name, arena_printf(test->arena, "table %s", name));
        }
    unlink(older);
}

static void the_schema_is_sealed_too(void **state)
{
    static const struct {
        const char *sql, *said;
    } cases[] = {
        { "PRAGMA user_version=2", "its schema version was set back" },
        { "PRAGMA user_version=1", "its schema version was set back" },
        { "CREATE TABLE beside (x)", "table sqlite_schema" },
        { "CREATE INDEX beside ON roots (spki)", "table sqlite_schema" },
        { "UPDATE sqlite_schema SET sql=replace(sql, ', PRIMARY KEY (id, virtual_mesh)', '')"
          " WHERE name='roots'; DELETE FROM sqlite_schema WHERE name LIKE "
          "'sqlite_autoindex_roots%'",
          "" },
        { "UPDATE sqlite_schema SET sql=replace(sql, 'source TEXT NOT NULL', 'source TEXT')"
          " WHERE name='roots'",
          "table sqlite_schema" },
        { "DELETE FROM seals WHERE name='roots'", "table seals" },
        { "INSERT INTO seals SELECT 'more', counter, row_count, mac FROM seals LIMIT 1",
          "table seals" },
        { "DELETE FROM seals", "table seals" },
        { "UPDATE seals SET counter=counter+1", "table roots" },
        { "UPDATE roots SET mac=x''", " is not what weft wrote there" },
        { "DELETE FROM facts WHERE name='key_id'", "table facts: the row name key_id" },
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        sqlite3 *db = open_good(*state);

        run(db, cases[i].sql);
        sqlite3_close(db);
        expect_refusal(*state, cases[i].sql, cases[i].said);
    }
}

/* Two states that parted after the same save have the same counter, but not the same rows. */
static void a_table_of_a_state_that_parted(void **state)
{
    struct test *test = *state;
    const char *other = arena_printf(test->arena, "%s/other.db", test->place.folder);
    struct ledger third = sample_ledger(test->arena, 3);
    struct err err;
    sqlite3 *db;

    assert_int_equal(file_write(other, test->older, test->older_len, 0600, &err), 0);
    third.runs = NULL;
    sample_save(other, &third);
    db = open_good(test);
    run(db, arena_printf(test->arena,
                         "ATTACH '%s' AS other; DELETE FROM main.rotations; INSERT INTO "
                         "main.rotations SELECT * FROM other.rotations; DELETE FROM main.seals "
                         "WHERE name='rotations'; INSERT INTO main.seals SELECT * FROM other.seals "
                         "WHERE name='rotations'",
                         other));
    sqlite3_close(db);
    expect_refusal(test, "a table of another state", "table sqlite_schema");
    unlink(other);
}

/* What was damaged is never signed: not by a save of that row, not by a rename. */
static void damaged_content_stays_known(void **state)
{
    struct test *test = *state;
    AUTO(store_close) struct store *store = NULL;
    struct ledger ledger, again;
    struct ledger_rename rename = { "no such mesh", "another", NULL };
    struct err err = { .text = "" };
    sqlite3 *db = open_good(test);

    flip(db, "deliveries", "content", 1, false);
    sqlite3_close(db);
    assert_int_equal(store_open(&store, test->place.file, STORE_WRITE, sample_key("k1"), &err), 0);
    assert_int_equal(store_load(&ledger, store, test->arena, &err), 0);
    rename.from = ledger.deliveries->virtual_mesh;
    ledger.renames = &rename;
    ledger.deliveries->virtual_mesh = rename.to;
    ledger.deliveries->changed = true;
    if (store_save(store, &ledger, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(store_load(&again, store, test->arena, &err), 0);
    assert_true(again.deliveries->damaged);
    assert_string_equal(again.deliveries->virtual_mesh, "another");
    again.deliveries->content = "whole again";
    again.deliveries->damaged = false;
    again.deliveries->changed = true;
    assert_int_equal(store_save(store, &again, &err), 0);
    assert_int_equal(store_load(&again, store, test->arena, &err), 0);
    assert_false(again.deliveries->damaged);
    assert_string_equal(again.deliveries->content, "whole again");
}

static void the_counter_only_goes_up(void **state)
{
    struct test *test = *state;
    AUTO(store_close) struct store *store = NULL;
    struct ledger ledger;
    uint64_t counter;
    struct err err;

    sqlite3_close(open_good(test));
    assert_int_equal(store_open(&store, test->place.file, STORE_WRITE, sample_key("k1"), &err), 0);
    assert_int_equal(store_load(&ledger, store, test->arena, &err), 0);
    counter = store_counter(store);
    assert_int_equal(counter, 3); /* made, and saved twice */
    assert_int_equal(store_save(store, &ledger, &err), 0);
    assert_int_equal(store_counter(store), counter + 1);
    store_raise(store, 2);
    assert_int_equal(store_counter(store), counter + 1);
    store_raise(store, 1000);
    assert_int_equal(store_save(store, &ledger, &err), 0);
    store_close(TAKE(store));
    assert_int_equal(store_open(&store, test->place.file, STORE_READ, NULL, &err), 0);
    assert_int_equal(store_counter(store), 1001);
}

/* clang-format off */
static const struct {
    const char *sentence, *sql;
    bool key;
    const char *wrong; /* the only part with a finding; NULL: none */
} checks[] = {
    { "nothing is wrong", "", true, NULL },
    { "nothing is wrong as far as can be seen without the key", "", false, NULL },
    { "a value that no row has", "UPDATE roots SET state = 'x'", true, "roots" },
    { "the same without the key", "UPDATE roots SET state = 'x'", false, "roots" },
    { "a row is missing", "DELETE FROM statuses", true, "statuses" },
    { "a table that weft did not make", "CREATE TABLE more (a)", true, "schema" },
};
/* clang-format on */

/* Rows are counted with and without the key. */
static void judge_check(const struct store_finding *findings, size_t count, size_t i)
{
    size_t wrong = 0;

    for (size_t k = 0; k < count; k++) {
        if (findings[k].wrong && !text_equal(findings[k].part, checks[i].wrong))
            fail_msg("%s: %s: %s", checks[i].sentence, findings[k].part, findings[k].wrong);
        wrong += findings[k].wrong != NULL;
        if (text_equal(findings[k].part, "intermediates"))
            assert_true(findings[k].rows > 0);
    }
    assert_int_equal(wrong, checks[i].wrong ? 1 : 0);
    assert_int_equal(text_equal(findings[count - 1].part, "schema"),
                     checks[i].key && (!wrong || text_equal(checks[i].wrong, "schema")));
}

static void each_part_is_checked_by_itself(void **state)
{
    struct test *test = *state;

    for (size_t i = 0; i < LENGTH(checks); i++) {
        AUTO(store_close) struct store *store = NULL;
        struct store_finding *findings;
        sqlite3 *db = open_good(test);
        size_t count;
        struct err err;

        print_message("%s\n", checks[i].sentence);
        run(db, checks[i].sql);
        sqlite3_close(db);
        assert_int_equal(store_open(&store, test->place.file, STORE_READ,
                                    checks[i].key ? sample_key("k1") : NULL, &err),
                         0);
        assert_int_equal(store_check(&findings, &count, store, test->arena, &err), 0);
        judge_check(findings, count, i);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_good_one_is_good),
        TEST(one_bit_in_each_column_of_each_table),
        TEST(a_row_that_was_deleted_or_stripped),
        TEST(values_that_changed_places),
        TEST(what_comes_back_from_an_older_file),
        TEST(the_schema_is_sealed_too),
        TEST(a_table_of_a_state_that_parted),
        TEST(damaged_content_stays_known),
        TEST(the_counter_only_goes_up),
        TEST(each_part_is_checked_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
