/* tests/unit/rotation/test_emergency.c - the price of an emergency; one test for each transition,
 * by its name. */
#include "rotation/emergency.h"
#include "tests/unit/rotation/fleet_test.h"

static void the_price_of_an_emergency(void **state)
{
    struct rotation_breakage *breaks;
    size_t count = 0;

    (void)state;
    breaks = rotation_emergency(&count, &f->record, &f->facts, f->arena);
    assert_int_equal(count, 3);
    assert_non_null(strstr(breaks[0].who, "pair of the 3 clusters"));
    assert_int_equal(breaks[1].seconds, 24 * HOUR + 600);
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFIED, 2, 4);
    rotation_emergency(&count, &f->record, &f->facts, f->arena);
    assert_int_equal(count, 0); /* nothing under the old root lives any more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_price_of_an_emergency),
    };

    return cmocka_run_group_tests_name("rotation/emergency", tests, NULL, NULL);
}
