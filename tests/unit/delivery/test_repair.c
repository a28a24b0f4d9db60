/* tests/unit/delivery/test_repair.c - damaged deliveries come back from the branch, or are made
 * again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/text.h"
#include "delivery/repair.h"
#include <string.h>

struct branch {
    const char *text; /* NULL: no such file */
    size_t len;
    bool fails;
};

static int read_file(void *context, const char *path, char **bytes, size_t *len,
                     struct arena *arena, struct err *err)
{
    const struct branch *branch = context;

    assert_string_equal(path, "p");
    if (branch->fails)
        return err_set(err, ERR_GIT, 0, "failed on purpose");
    *len = branch->len;
    *bytes = branch->text ? arena_bytes(arena, branch->text, branch->len) : NULL;
    return 0;
}

static const struct {
    const char *sentence;
    struct branch branch;
    bool damaged, found, gone;
} rows[] = {
    { "what is whole stays", { "other", 5, false }, false, false, false },
    { "the branch has the very text", { "sealed", 6, false }, true, true, false },
    { "the branch has another one", { "Sealed", 6, false }, true, false, true },
    { "the branch has more", { "sealed\0", 7, false }, true, false, true },
    { "the branch has none", { NULL, 0, false }, true, false, true },
};

static void damaged_rows_are_restored_or_forgotten(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        struct branch branch = rows[i].branch;
        const struct tree_reader tip = { .read = read_file, .context = &branch };
        struct ledger ledger = { .arena = arena };
        struct ledger_delivery *row = ledger_add_delivery(&ledger);
        struct repaired *list;
        char digest[65];
        size_t count;
        struct err err;

        print_message("%s\n", rows[i].sentence);
        sha256_hex(digest, "sealed", 6);
        *row = (struct ledger_delivery){ .path = "p", .content = "", .content_digest = digest };
        row->damaged = rows[i].damaged;
        assert_int_equal(repair_deliveries(&list, &count, &ledger, &tip, arena, &err), 0);
        assert_int_equal(count, rows[i].damaged);
        assert_int_equal(row->changed, rows[i].damaged);
        assert_int_equal(row->gone, rows[i].gone);
        if (rows[i].damaged)
            assert_int_equal(list[0].found, rows[i].found);
        assert_string_equal(row->content, rows[i].found ? "sealed" : "");
        arena_free(arena);
    }
}

static void a_branch_that_cannot_be_read_is_an_error(void **state)
{
    struct arena *arena = arena_new();
    struct branch branch = { NULL, 0, true };
    const struct tree_reader tip = { .read = read_file, .context = &branch };
    struct ledger ledger = { .arena = arena };
    struct ledger_delivery *row = ledger_add_delivery(&ledger);
    struct repaired *list;
    size_t count;
    struct err err;

    (void)state;
    *row = (struct ledger_delivery){ .path = "p", .content_digest = "", .damaged = true };
    assert_int_equal(repair_deliveries(&list, &count, &ledger, &tip, arena, &err), -1);
    assert_false(row->gone);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_rows_are_restored_or_forgotten),
        cmocka_unit_test(a_branch_that_cannot_be_read_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
