/* tests/unit/pki/test_rekey.c - every private key of a ledger under another state key, and the
 * proof that they are. */
#include "tests/lib/trust_fixture.h"

#include "base/text.h"
#include "pki/rekey.h"
#include "pki/state_key.h"

static struct custody *other_custody(const struct fixture *fixture)
{
    const char *path = arena_printf(fixture->arena, "%s/other.key", fixture->folder);
    struct custody *out = NULL;
    struct err err;

    assert_int_equal(state_key_create(path, &err), 0);
    assert_int_equal(custody_open(&out, path, &err), 0);
    return out;
}

static void test_all_keys_open_with_the_new_key_alone(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 3);
    AUTO(custody_close) struct custody *other = other_custody(fixture);
    struct err err;
    size_t count;

    fixture_issue(fixture, &request, 1, NOW);
    fixture->ledger.intermediates->key = (struct sealed){ 0 }; /* destroyed: stays so */
    fixture->ledger.intermediates->changed = false;
    assert_int_equal(rekey_prove(&fixture->ledger, fixture->custody, &err), 0);
    assert_int_equal(rekey_prove(&fixture->ledger, other, &err), -1);
    assert_int_equal(rekey_ledger(&count, &fixture->ledger, fixture->custody, other, &err), 0);
    assert_int_equal(count, 3); /* a root, two intermediates */
    assert_int_equal(rekey_prove(&fixture->ledger, other, &err), 0);
    assert_int_equal(rekey_prove(&fixture->ledger, fixture->custody, &err), -1);
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_false(fixture->ledger.intermediates->changed);
    assert_int_equal(fixture->ledger.intermediates->key.len, 0);
    assert_true(fixture->ledger.roots->changed);
}

static void test_the_proof_sees_one_key_that_does_not_open(void **state)
{
    struct fixture *fixture = *state;
    const struct trust_request *request = fixture_request(fixture, "retail", "eu-", 2);
    struct ledger_intermediate *first;
    struct err err;

    fixture_issue(fixture, &request, 1, NOW);
    first = fixture->ledger.intermediates;
    first->key = first->next->key; /* of another row */
    assert_int_equal(rekey_prove(&fixture->ledger, fixture->custody, &err), -1);
    assert_int_equal(err.kind, ERR_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(test_all_keys_open_with_the_new_key_alone),
        FIXTURE_CASE(test_the_proof_sees_one_key_that_does_not_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
