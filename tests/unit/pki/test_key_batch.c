/* tests/unit/pki/test_key_batch.c - many keys at once: each is taken once, a failure stops nothing
 * else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pki/key_batch.h"
#include "pki/openssl.h"

struct taken {
    size_t keys, failures, stop_after;
    bool seen[8];
};

static int take(void *context, size_t index, EVP_PKEY *key, const struct err *why, struct err *err)
{
    struct taken *taken = context;

    assert_false(taken->seen[index]);
    taken->seen[index] = true;
    taken->keys += key != NULL;
    taken->failures += key == NULL && *why->text;
    EVP_PKEY_free(key);
    if (taken->stop_after && taken->keys + taken->failures == taken->stop_after)
        return err_set(err, ERR_SYSTEM, 0, "stopped on purpose");
    return 0;
}

static void each_kind_gives_one_key_or_its_reason(void **state)
{
    const struct key_kind kinds[] = {
        { KEY_RSA, 2048 }, { KEY_RSA, 1024 }, { KEY_EC_P256, 0 }, { KEY_RSA, 2048 }
    };
    struct taken taken = { 0 };
    const struct key_taker taker = { take, &taken };
    struct err err;

    (void)state;
    assert_int_equal(key_batch_make(kinds, LENGTH(kinds), &taker, &err), 0);
    assert_int_equal(taken.keys, 3);
    assert_int_equal(taken.failures, 1);
}

static void the_taker_ends_the_work(void **state)
{
    const struct key_kind kinds[] = { { KEY_RSA, 2048 }, { KEY_RSA, 2048 }, { KEY_RSA, 2048 } };
    struct taken taken = { .stop_after = 1 };
    const struct key_taker taker = { take, &taken };
    struct err err;

    (void)state;
    assert_int_equal(key_batch_make(kinds, LENGTH(kinds), &taker, &err), -1);
    assert_int_equal(taken.keys, 1);
    assert_string_equal(err.text, "stopped on purpose");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_gives_one_key_or_its_reason),
        cmocka_unit_test(the_taker_ends_the_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
