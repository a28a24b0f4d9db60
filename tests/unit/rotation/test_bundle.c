/* tests/unit/rotation/test_bundle.c - bundles: which change istiod takes, and who accepts whom. */
#include "base/text.h"
#include "rotation/bundle.h"
#include "tests/lib/check.h"

/* "1,2" is the bundle of R1 and R2. */
static struct bundle bundle(const char *digits)
{
    static const char *const roots[] = { "R0", "R1", "R2", "R3", "R4", "R5" };
    struct bundle out = { .count = 0 };

    for (; *digits; digits++)
        if (*digits != ',')
            out.roots[out.count++] = roots[*digits - '0'];
    return out;
}

/* clang-format off */
static const struct {
    const char *sentence, *applied, *next;
    bool taken;
} changes[] = {
    { "nothing was there", "", "1", true },
    { "nothing changes", "1,2", "1,2", true },
    { "a root is appended", "1", "1,2", true },
    { "two are", "1", "1,2,3", true },
    { "a root is put in front", "1", "2,1", true },
    { "the first one is dropped", "1,2", "2", true },
    { "the last one is dropped", "1,2", "1", true },
    { "the two first ones are dropped", "1,2,3", "3", true },
    { "the one in the middle is dropped", "1,2,3", "1,3", false },
    { "the order changes", "1,2", "2,1", false },
    { "another root alone", "1", "2", false },
    { "one in, one out", "1,2", "2,3", false },
    { "everything is dropped", "1", "", false },
};
/* clang-format on */

static void what_istiod_takes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(changes); i++) {
        const struct bundle applied = bundle(changes[i].applied), next = bundle(changes[i].next);

        CASE(changes[i].sentence);
        assert_int_equal(bundle_change_allowed(&applied, &next), changes[i].taken);
    }
}

static void appending(void **state)
{
    struct bundle out = bundle_of("R1");

    (void)state;
    assert_int_equal(bundle_of("").count, 0);
    assert_false(bundle_append(&out, "R1")); /* is in it */
    assert_true(bundle_append(&out, "R2"));
    assert_true(bundle_append(&out, "R3"));
    assert_true(bundle_append(&out, "R4"));
    assert_false(bundle_append(&out, "R5")); /* it is full */
    assert_int_equal(out.count, BUNDLE_MAX);
    assert_true(bundle_has(&out, "R4"));
    assert_false(bundle_has(&out, "R5"));
}

/* clang-format off */
static const struct {
    const char *sentence, *signer_a, *a, *signer_b, *b;
    bool fit, equal;
} pairs[] = {
    { "the same", "R1", "1", "R1", "1", true, true },
    { "old, and both trusted", "R1", "1", "R1", "1,2", true, false },
    { "both trusted, signed by one or the other", "R1", "1,2", "R2", "1,2", true, false },
    { "old, and signed by new", "R1", "1", "R2", "1,2", false, false },
    { "signed by old, and new alone", "R1", "1,2", "R2", "2", false, false },
    { "one direction alone", "R2", "1,2", "R1", "1", false, false },
    { "old alone and new alone", "R1", "1", "R2", "2", false, false },
};
/* clang-format on */

static void who_accepts_whom(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(pairs); i++) {
        const struct material a = { pairs[i].signer_a, bundle(pairs[i].a) };
        const struct material b = { pairs[i].signer_b, bundle(pairs[i].b) };

        CASE(pairs[i].sentence);
        assert_int_equal(material_fits(&a, &b), pairs[i].fit);
        assert_int_equal(material_fits(&b, &a), pairs[i].fit);
        assert_int_equal(material_equal(&a, &b), pairs[i].equal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_istiod_takes),
        cmocka_unit_test(appending),
        cmocka_unit_test(who_accepts_whom),
    };

    return cmocka_run_group_tests_name("rotation/bundle", tests, NULL, NULL);
}
