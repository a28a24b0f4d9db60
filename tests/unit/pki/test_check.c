/* tests/unit/pki/test_check.c - whether a CA of the ledger holds at a time. */
#include "pki/check.h"
#include "tests/unit/pki/issued_test.h"

static void roots_and_intermediates_hold_while_they_are_valid(void **state)
{
    const struct ledger_root *root = fx->ledger.roots;
    const struct ledger_intermediate *row = fx->ledger.intermediates;
    const struct {
        const char *sentence, *id;
        int64_t at;
        int result;
    } rows[] = {
        { "a root", root->id, NOW, 0 },
        { "a root that has ended", root->id, root->not_after + 1, -1 },
        { "an intermediate", row->id, NOW, 0 },
        { "an intermediate that has not begun", row->id, row->not_before - 1, -1 },
        { "an intermediate that has ended, below a root that has not", row->id, row->not_after + 1,
          -1 },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct err err;

        print_message("%s\n", rows[i].sentence);
        assert_int_equal(check_trust(&fx->ledger, rows[i].id, rows[i].at, &err), rows[i].result);
        if (rows[i].result < 0)
            assert_int_equal(err.kind, ERR_CRYPTO);
    }
}

static void what_is_not_there_does_not_hold(void **state)
{
    struct ledger_intermediate *row = fx->ledger.intermediates;
    struct err err;

    (void)state;
    assert_int_equal(check_trust(&fx->ledger, "0123", NOW, &err), -1);
    assert_int_equal(err.kind, ERR_INPUT);
    row->root = "0123"; /* the root that signed it is unknown */
    assert_int_equal(check_trust(&fx->ledger, row->id, NOW, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
}

/* A certificate in the row of another one verifies, but not under the root that the row names. */
static void another_root_does_not_make_it_hold(void **state)
{
    const struct trust_request *other = fixture_request(fx, "other", "us-", 1);
    struct ledger_intermediate *row = fx->ledger.intermediates;
    struct ledger_root *root;
    struct err err;

    (void)state;
    fixture_issue(fx, &other, 1, NOW);
    for (root = fx->ledger.roots; strcmp(root->virtual_mesh, "gloo-mesh/other") != 0;)
        root = root->next;
    while (strcmp(row->virtual_mesh, "gloo-mesh/retail") != 0)
        row = row->next;
    row->root = root->id;
    assert_int_equal(check_trust(&fx->ledger, row->id, NOW, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(roots_and_intermediates_hold_while_they_are_valid),
        CASE(what_is_not_there_does_not_hold),
        CASE(another_root_does_not_make_it_hold),
    };

    return cmocka_run_group_tests_name("pki/check", tests, NULL, NULL);
}
