/* tests/unit/pki/test_agent_key.c - an agent's key: what is stored is read again, and its request
 * is one that weft signs. */
#include "base/text.h"
#include "pki/agent_key.h"
#include "pki/signing_request.h"
#include "tests/lib/trust_fixture.h"
#include <string.h>

static void a_key_is_stored_and_read_again(void **state)
{
    struct fixture *fx = *state;
    AUTO_AGENT_KEY made = { .pem = NULL };
    AUTO_AGENT_KEY read = { .pem = NULL };
    AUTO_AGENT_KEY none = { .pem = NULL };
    struct err err;

    assert_int_equal(agent_key_make(&made, &err), 0);
    assert_int_equal(agent_key_read(&read, "it", made.pem->bytes, made.pem->len, &err), 0);
    assert_string_equal(read.spki, made.spki);
    assert_int_equal(agent_key_read(&none, "it", "", 0, &err), 0);
    assert_string_equal(none.spki, "");
    assert_int_equal(agent_key_read(&none, "it", "x", 1, &err), -1);
    (void)fx;
}

static void its_request_is_one_that_is_signed(void **state)
{
    struct fixture *fx = *state;
    AUTO_AGENT_KEY made = { .pem = NULL };
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    const char *csr = NULL, *name = ARENA_NEW(fx->arena, char, 300);
    struct err err;

    memset(UNCONST(name), 'n', 253);
    assert_int_equal(agent_key_make(&made, &err), 0);
    assert_int_equal(agent_key_request(&csr, &made, name, fx->arena, &err), 0);
    assert_null(strstr(csr, "PRIVATE"));
    assert_int_equal(signing_request_read(&key, csr, &err), 0);
    assert_int_equal(EVP_PKEY_eq(key, made.key), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_CASE(a_key_is_stored_and_read_again),
        FIXTURE_CASE(its_request_is_one_that_is_signed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
