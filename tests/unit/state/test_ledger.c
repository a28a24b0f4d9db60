/* tests/unit/state/test_ledger.c - facts of the ledger that are times. */
#include "tests/lib/state_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_time_is_a_fact_that_can_be_read_as_one(void **state)
{
    struct arena *arena = arena_new();
    struct ledger ledger = { .arena = arena };

    (void)state;
    assert_int_equal(ledger_time(&ledger, "looked"), 0); /* there is none */
    ledger_set_time(&ledger, "looked", 1800000000);
    assert_int_equal(ledger_time(&ledger, "looked"), 1800000000);
    assert_int_equal(ledger_time(&ledger, "look"), 0);
    ledger_set_fact(&ledger, "looked", "yesterday");
    assert_int_equal(ledger_time(&ledger, "looked"), 0);
    ledger_set_fact(&ledger, "looked", "-5");
    assert_int_equal(ledger_time(&ledger, "looked"), 0);
    assert_null(ledger_find_fact(&ledger, "looked")->next); /* one row for one name */
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_a_fact_that_can_be_read_as_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
