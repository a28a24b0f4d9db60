/* tests/unit/pki/test_branch_reset.c - an output branch that no longer holds what was pushed last.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "pki/branch_reset.h"
#include <string.h>

#define PATH "clusters/a/trust/istio-system.cacerts.yaml"

/* What a version of the branch has at PATH; NULL: nothing. */
struct branch {
    const char *text;
    bool fails;
};

static int read_file(void *context, const char *path, char **bytes, size_t *len,
                     struct arena *arena, struct err *err)
{
    const struct branch *branch = context;

    assert_string_equal(path, PATH);
    if (branch->fails)
        return err_set(err, ERR_GIT, 0, "failed on purpose");
    *len = branch->text ? strlen(branch->text) : 0;
    *bytes = branch->text ? arena_text(arena, branch->text) : NULL;
    return 0;
}

static const struct row {
    const char *sentence;
    const char *now, *then; /* on the branch now, and after the last push */
    bool known;             /* the commit of the last push is there */
    bool published;         /* to this branch */
    bool current;           /* the ledger says that all was pushed */
    enum recipient_kind kind;
    bool gone;
    bool reset;
} rows[] = {
    { "what was pushed is there", "new", "new", true, true, true, RECIPIENT_KEY, false, false },
    { "an older file than was pushed", "old", "new", true, true, true, RECIPIENT_KEY, false, true },
    { "a file that was pushed is missing", NULL, "new", true, true, true, RECIPIENT_KEY, false,
      true },
    { "a newer file that was not pushed yet", "old", "old", true, true, false, RECIPIENT_KEY, false,
      false },
    { "a file that was never pushed", NULL, NULL, true, true, false, RECIPIENT_KEY, false, false },
    { "an older file, the last commit unknown", "old", NULL, false, true, true, RECIPIENT_KEY,
      false, true },
    { "the same before all was pushed", "old", NULL, false, true, false, RECIPIENT_KEY, false,
      false },
    { "another branch without any Secret", NULL, NULL, false, false, true, RECIPIENT_KEY, false,
      true },
    { "another branch with the Secret", "new", NULL, false, false, true, RECIPIENT_KEY, false,
      false },
    { "a receipt changes no cluster", "old", "new", true, true, true, RECIPIENT_CLUSTER, false,
      false },
    { "receipts alone are no Secrets", NULL, NULL, false, false, true, RECIPIENT_CLUSTER, false,
      false },
    { "a row that is deleted", "old", "new", true, true, true, RECIPIENT_KEY, true, false },
};

enum failing { NONE, NOW_FAILS, THEN_FAILS };

static int find(bool *reset, const struct row *row, enum failing failing, struct arena *arena,
                struct err *err)
{
    struct branch now = { row->now, failing == NOW_FAILS };
    struct branch then = { row->then, failing == THEN_FAILS };
    const struct tree_reader at_now = { .read = read_file, .context = &now },
                             at_then = { .read = read_file, .context = &then };
    struct ledger ledger = { .arena = arena };
    struct ledger_delivery *delivery = ledger_add_delivery(&ledger);
    struct ledger_rotation *rotation = ledger_add_rotation(&ledger);
    const struct branch_reset_source source = { &ledger, &at_now, row->known ? &at_then : NULL,
                                                row->published };

    delivery->path = PATH;
    delivery->virtual_mesh = rotation->virtual_mesh = "ns/a";
    delivery->content = "new";
    delivery->recipient.kind = row->kind;
    delivery->gone = row->gone;
    rotation->detail = row->current ? "{\"published\":true}" : "{}";
    return branch_reset_find(reset, &source, arena, err);
}

static void a_reset_branch_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct arena *arena = arena_new();
        bool reset;
        struct err err;

        if (find(&reset, &rows[i], NONE, arena, &err) < 0)
            fail_msg("%s: %s", rows[i].sentence, err.text);
        if (reset != rows[i].reset)
            fail_msg("%s", rows[i].sentence);
        arena_free(arena);
    }
}

static void a_branch_that_cannot_be_read_is_an_error(void **state)
{
    struct arena *arena = arena_new();
    struct err err;
    bool reset;

    (void)state;
    assert_int_equal(find(&reset, &rows[0], NOW_FAILS, arena, &err), -1);
    assert_int_equal(find(&reset, &rows[1], THEN_FAILS, arena, &err), -1);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_branch_is_found),
        cmocka_unit_test(a_branch_that_cannot_be_read_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
