/* tests/unit/rotation/test_retention.c - keys of CAs that no longer sign; one test for each
 * transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void retention_over(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    fleet_until(f, ROTATION_FINISHED, 3, 6);
    f->cas[0].signed_until = f->now + 45 * DAY;
    fleet_run(f, 44 * 24);
    assert_int_equal(f->plan.destroy_count,
                     0); /* past its retention, but certificates of it live */
    for (int i = 0; i < 48 && f->plan.destroy_count == 0; i++)
        fleet_run(f, 1);
    assert_int_equal(f->plan.destroy_count, 1);
    assert_int_equal(f->now, f->cas[0].signed_until); /* at once, and not a pass later */
    assert_string_equal(f->plan.destroy[0], "R1");
    assert_int_equal(f->record.retired_count, 0);
}

/* R1, R2, R1 again, R3: the key of R1 is kept from the day on that it was in use last. */
static void retention_counts_from_the_last_use(void **state)
{
    static const int wishes[] = { 2, 1, 3 };
    int64_t last;

    (void)state;
    for (size_t i = 0; i < LENGTH(wishes); i++) {
        fleet_want(f, wishes[i]);
        fleet_until(f, ROTATION_ADDING_NEW_ROOT, 1, 1);
        fleet_until(f, ROTATION_NOT_ROTATING, 0, 10);
    }
    last = f->now;
    for (size_t i = 0; i < f->record.retired_count; i++)
        if (text_equal(f->record.retired[i].ca, "R1"))
            assert_true(last - f->record.retired[i].since < 3 * 3600);
    assert_int_equal(f->record.retired_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(retention_over),
        CASE(retention_counts_from_the_last_use),
    };

    return cmocka_run_group_tests_name("rotation/retention", tests, NULL, NULL);
}
