/* tests/unit/discovery/test_damping.c - what was missing, and since when. */
#include "discovery/damping.h"
#include "tests/lib/discovery_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static void test_two_reads_and_the_grace_period(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    static const struct {
        const char *says;
        int64_t since, now;
        uint32_t reads;
        bool lapsed;
    } cases[] = {
        { "the first read", 0, 1000, 0, false },
        { "a second read within the grace period", 900, 1000, 1, false },
        { "a second read after it", 400, 1000, 1, true },
        { "exactly at its end", 500, 1000, 1, true },
        { "a clock that went back begins again", 2000, 1000, 5, false },
    };

    (void)unused;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct damping_entry entry = { "k", cases[i].since, cases[i].reads };
        struct damping damping = { .before = &entry,
                                   .before_count = cases[i].reads > 0,
                                   .now = cases[i].now,
                                   .arena = arena };

        if (damping_lapsed(&damping, "k", 500) != cases[i].lapsed)
            fail_msg("%s", cases[i].says);
        assert_int_equal(damping.after_count, 1);
    }
}

/* What a read does not name is dropped: it was there again. */
static void test_forgetting(void **unused)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct damping_entry entry = { "k", 0, 9 };
    struct damping damping = { .before = &entry, .before_count = 1, .now = 1000, .arena = arena };

    (void)unused;
    assert_false(damping_lapsed(&damping, "other", 0));
    assert_int_equal(damping.after_count, 1);
    assert_string_equal(damping.after[0].key, "other");
    assert_int_equal(damping.after[0].since, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_reads_and_the_grace_period),
        cmocka_unit_test(test_forgetting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
