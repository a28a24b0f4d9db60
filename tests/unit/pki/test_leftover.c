/* tests/unit/pki/test_leftover.c - intermediates that a pass made and did not use. */
#include "tests/lib/trust_fixture.h"

#include "pki/leftover.h"

static void a_leftover_is_used_once_and_dropped_when_unwanted(void **state)
{
    const struct issue_options options = { .key_type = KEY_EC_P256, .now = NOW };
    const struct trust_request *request;
    struct ledger_intermediate *row;
    struct rotation_issue issue;
    struct fixture fx;

    (void)state;
    fixture_open(&fx);
    request = fixture_request(&fx, "retail", "eu-", 1);
    fixture_issue(&fx, &request, 1, NOW);
    row = fx.ledger.intermediates;
    issue = (struct rotation_issue){ .mesh = row->mesh, .ca = row->root };
    assert_null(leftover_find(&fx.ledger, request, &issue, &options)); /* it is in use */
    row->state = KEY_NEXT;
    assert_ptr_equal(leftover_find(&fx.ledger, request, &issue, &options), row);
    issue.ca = "another";
    assert_null(leftover_find(&fx.ledger, request, &issue, &options));
    issue.ca = row->root;
    leftover_drop(&fx.ledger, request, &issue, 1, &options);
    assert_int_equal(row->state, KEY_NEXT); /* it is asked for */
    leftover_drop(&fx.ledger, request, NULL, 0, &options);
    assert_int_equal(row->state, KEY_DESTROYED);
    assert_int_equal(row->key.len, 0);
    fixture_close(&fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leftover_is_used_once_and_dropped_when_unwanted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
