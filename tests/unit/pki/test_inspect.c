/* tests/unit/pki/test_inspect.c - public facts of one virtual mesh: in order, and never a key. */
#include "base/text.h"
#include "base/write_json.h"
#include "pki/inspect.h"
#include "tests/unit/pki/issued_test.h"

static struct trust_facts inspected(void)
{
    struct trust_facts facts;
    struct err err;

    if (inspect_trust(&facts, &fx->ledger, request->name, fx->arena, &err) < 0)
        fail_msg("%s", err.text);
    return facts;
}

static void facts_are_those_of_the_rows(void **state)
{
    const struct trust_facts facts = inspected();

    (void)state;
    assert_int_equal(facts.root_count, 1);
    assert_string_equal(facts.roots[0].fingerprint, fx->ledger.roots->id);
    assert_string_equal(facts.roots[0].root, fx->ledger.roots->id);
    assert_int_equal(facts.roots[0].state, KEY_ACTIVE);
    assert_string_equal(facts.roots[0].key, "EC P-256");
    assert_int_equal(facts.intermediate_count, 2);
    assert_string_equal(facts.intermediates[0].cluster, "eu-1"); /* sorted by mesh */
    assert_string_equal(facts.intermediates[1].cluster, "eu-2");
    assert_string_equal(facts.intermediates[0].root, fx->ledger.roots->id);
    assert_int_equal(facts.step, 0);
}

static void destroyed_and_retired_rows_and_other_virtual_meshes_are_left_out(void **state)
{
    const struct trust_request *other = fixture_request(fx, "other", "us-", 1);

    (void)state;
    fixture_issue(fx, &other, 1, NOW);
    assert_int_equal(inspected().root_count, 1);
    for (struct ledger_intermediate *row = fx->ledger.intermediates; row; row = row->next)
        if (strcmp(row->cluster, "eu-2") == 0)
            row->state = KEY_RETIRED;
    assert_int_equal(inspected().intermediate_count, 1);
    for (struct ledger_root *row = fx->ledger.roots; row; row = row->next)
        row->state = KEY_DESTROYED;
    assert_int_equal(inspected().root_count, 0);
}

static void a_row_that_cannot_be_read_is_an_error(void **state)
{
    struct trust_facts facts;
    struct err err;

    (void)state;
    fx->ledger.roots->cert_pem = "nonsense";
    assert_int_equal(inspect_trust(&facts, &fx->ledger, request->name, fx->arena, &err), -1);
    assert_non_null(strstr(err.text, request->name));
}

/* The record on the output branch: public, and the same bytes whenever it is written. */
static void the_record_has_no_key_and_no_clock(void **state)
{
    const struct trust_facts facts = inspected(), none = { 0 };
    AUTO_TEXT first = { 0 };
    AUTO_TEXT second = { 0 };

    (void)state;
    write_json(&first, inspect_node(&facts, fx->arena), false);
    write_json(&second, inspect_node(&facts, fx->arena), false);
    assert_string_equal(first.bytes, second.bytes);
    assert_null(strstr(first.bytes, "PRIVATE"));
    assert_null(strstr(first.bytes, "BEGIN"));
    assert_string_equal(
        node_get(node_find(inspect_node(&facts, fx->arena), "roots")->first, "fingerprint", NULL),
        fx->ledger.roots->id);
    assert_null(inspect_node(&none, fx->arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(facts_are_those_of_the_rows),
        CASE(destroyed_and_retired_rows_and_other_virtual_meshes_are_left_out),
        CASE(a_row_that_cannot_be_read_is_an_error),
        CASE(the_record_has_no_key_and_no_clock),
    };

    return cmocka_run_group_tests_name("pki/inspect", tests, NULL, NULL);
}
