/* tests/unit/rotation/test_ca.c - what each mesh is to hold, and which CA signs for it. */
#include "rotation/ca.h"
#include "tests/unit/rotation/fleet_test.h"

static const char *wanted(size_t i)
{
    struct material material;
    const char *ca, *text = "";

    if (!rotation_wanted(&material, &ca, &f->record, f->cas, FLEET_CAS, f->meshes[i].mesh))
        return "nothing";
    for (size_t k = 0; k < material.bundle.count; k++)
        text = arena_printf(f->arena, "%s%s%s", text, *text ? "," : "", material.bundle.roots[k]);
    return arena_printf(f->arena, "%s/%s by %s", text, material.signer, ca);
}

static void at_rest_the_deployed_trust(void **state)
{
    (void)state;
    assert_string_equal(wanted(0), "R1/R1 by R1");
    f->record.deployed = "";
    assert_string_equal(wanted(0), "nothing");
}

static void in_a_rotation_what_was_committed(void **state)
{
    static const char *const steps[] = { "", "R1,R2/R1 by R1", "R1,R2/R2 by R2", "R2/R2 by R2" };

    (void)state;
    fleet_want(f, 2);
    for (int step = 1; step <= 3; step++) {
        fleet_until(f, ROTATION_VERIFYING, step, 4);
        assert_string_equal(wanted(1), steps[step]);
    }
    f->record.member_count = 1; /* a mesh that is no member gets nothing while others rotate */
    assert_string_equal(wanted(1), "nothing");
}

/* A given CA may be an intermediate that was exchanged: the one in use signs. */
static void of_two_cas_under_one_root_the_newer_one(void **state)
{
    (void)state;
    f->cas[3].anchor = "R1";
    f->record.deployed = "R4";
    assert_string_equal(wanted(0), "R1/R1 by R4");
    f->record.deployed = "R1";
    assert_string_equal(wanted(0), "R1/R1 by R1");
}

static void shown(void **state)
{
    (void)state;
    assert_int_equal(rotation_shown(&f->record), ROTATION_NOT_ROTATING);
    assert_false(rotation_running(&f->record));
    fleet_want(f, 2);
    fleet_pass(f);
    assert_true(rotation_running(&f->record));
    assert_int_equal(rotation_shown(&f->record), ROTATION_ADDING_NEW_ROOT);
    f->record.failed = true;
    assert_int_equal(rotation_shown(&f->record), ROTATION_FAILED);
    assert_true(rotation_running(&f->record));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(at_rest_the_deployed_trust),
        CASE(in_a_rotation_what_was_committed),
        CASE(of_two_cas_under_one_root_the_newer_one),
        CASE(shown),
    };

    return cmocka_run_group_tests_name("rotation/ca", tests, NULL, NULL);
}
