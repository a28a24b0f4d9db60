/* tests/unit/sync/test_limits.c - what a conversation may cost, counted on a clock of the test. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/text.h"
#include "sync/limits.h"

/* 100 bytes of list in 10 s, 1,000 of a fetch in 100 s; from 20 s on 10 bytes in each 5 s. */
static const struct limits limits = { 50, 100, 1000, 10, 100, 20, 5, 10 };

// clang-format off
static const struct {
    const char *name;
    bool turned, fetches;
    struct { size_t bytes; int seconds; } steps[8];
    enum breach want; /* of the last step; none before */
} cases[] = {
    { "a list", false, true, { { 100, 1 }, { 0, 9 } }, BREACH_NONE },
    { "a list that is too long", false, true, { { 100, 1 }, { 1, 1 } }, BREACH_BYTES },
    { "a list that takes too long", false, true, { { 1, 1 }, { 1, 10 } }, BREACH_TIME },
    { "a fetch", true, true, { { 500, 1 }, { 500, 2 } }, BREACH_NONE },
    { "a fetch that is too large", true, true, { { 500, 1 }, { 501, 2 } }, BREACH_BYTES },
    { "an answer to a push that is too large", true, false, { { 101, 1 } }, BREACH_BYTES },
    { "a drip within the grace", true, true, { { 1, 1 }, { 1, 10 }, { 1, 19 } }, BREACH_NONE },
    { "a drip after the grace", true, true, { { 1, 19 }, { 1, 20 }, { 1, 22 }, { 1, 24 }, { 1, 25 } }, BREACH_RATE },
    { "enough after the grace", true, true, { { 1, 19 }, { 5, 20 }, { 5, 24 }, { 10, 25 }, { 1, 30 }, { 9, 34 }, { 1, 35 } },
      BREACH_NONE },
    { "enough at first", true, true, { { 1, 19 }, { 5, 20 }, { 5, 24 }, { 9, 25 }, { 1, 30 } }, BREACH_RATE },
    { "what is read after it came", true, true, { { 1, 20 }, { 0, 60 } }, BREACH_NONE },
    { "everything takes too long", true, true, { { 10, 19 }, { 0, 100 } }, BREACH_TIME },
};
// clang-format on

static void test_spending(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct spending spending = { .turned = cases[i].turned, .fetches = cases[i].fetches };
        enum breach got = BREACH_NONE;

        print_message("%s\n", cases[i].name);
        for (size_t j = 0; j < LENGTH(cases[i].steps) && cases[i].steps[j].seconds; j++) {
            assert_int_equal(got, BREACH_NONE);
            got = limits_spend(&spending, &limits, cases[i].steps[j].bytes,
                               (int64_t)cases[i].steps[j].seconds * 1000);
        }
        assert_int_equal(got, cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_spending) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
