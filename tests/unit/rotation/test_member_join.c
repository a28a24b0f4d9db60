/* tests/unit/rotation/test_member_join.c - clusters that join while a rotation runs; one test for
 * each transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

static void newcomers(void **state)
{
    static const struct {
        enum rotation_state state;
        int step;
        const char *gets;
    } joins[] = {
        { ROTATION_VERIFYING, 1, "R1,R2/R1" },
        { ROTATION_VERIFYING, 2, "R1,R2/R2" },
        { ROTATION_DELETING_OLD_ROOT, 3, "R2/R2" },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(joins); i++) {
        fleet_close(f);
        fleet_open(f, 3);
        fleet_want(f, 2);
        fleet_until(f, joins[i].state, joins[i].step, 4);
        f->meshes[3] = (struct rotation_member_input){ .mesh = "z", .cluster = "new", .ca = "" };
        f->meshes[3].life = f->meshes[0].life;
        f->facts.mesh_count = 4;
        fleet_run(f, 1);
        assert_int_equal(f->record.member_count, 4);
        assert_string_equal(fleet_holds(f, 3), joins[i].gets);
        assert_int_equal(f->plan.issue_count, 1);
        fleet_until(f, ROTATION_FINISHED, 3, 6);
    }
}

static void no_newcomer_without_the_old_key(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 1, 1);
    f->cas[0].key = false;
    f->meshes[3] = (struct rotation_member_input){ .mesh = "z", .cluster = "new", .ca = "" };
    f->meshes[3].life = f->meshes[0].life;
    f->facts.mesh_count = 4;
    fleet_run(f, 1);
    assert_int_equal(f->record.member_count, 3);
    assert_true(fleet_noted(f, "R53", ""));
    fleet_until(f, ROTATION_VERIFYING, 2, 3);
    assert_int_equal(f->record.member_count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(newcomers),
        CASE(no_newcomer_without_the_old_key),
    };

    return cmocka_run_group_tests_name("rotation/member_join", tests, NULL, NULL);
}
