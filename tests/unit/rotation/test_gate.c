/* tests/unit/rotation/test_gate.c - what may be committed; one test for each transition, by its
 * name. */
#include "rotation/gate.h"
#include "tests/unit/rotation/fleet_test.h"

/* istiod may still run with what it held before the last change: the next one must be a change
 * that it takes from either. */
static void bytes_count_from_what_may_be_loaded(void **state)
{
    struct member member = { .mesh = "a", .cluster = "a", .held_count = 2, .committed = f->now };
    const struct material next = { "R2", bundle_of("R2") };
    const struct gate_clock clock = { .now = f->now, .policy = &f->policy };

    (void)state;
    member.held[0] = member.held[1] = (struct material){ "R1", bundle_of("R1") };
    bundle_append(&member.held[1].bundle, "R2");
    assert_int_equal(gate_fits_one(&member, 1, 0, &next, clock).reason, GATE_BUNDLE_NOT_RELOADABLE);
    member.proven = f->now;
    assert_int_equal(gate_fits_one(&member, 1, 0, &next, clock).reason, GATE_MUTUAL_DISTRUST);
    member.proven = f->now - 3 * 86400;
    member.held[1].signer = "R2";
    assert_int_equal(gate_fits_one(&member, 1, 0, &next, clock).reason, GATE_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(bytes_count_from_what_may_be_loaded),
    };

    return cmocka_run_group_tests_name("rotation/gate", tests, NULL, NULL);
}
