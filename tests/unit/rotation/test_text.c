/* tests/unit/rotation/test_text.c - conditions and notes; one test for each transition, by its
 * name. */
#include "rotation/text.h"
#include "tests/unit/rotation/fleet_test.h"

static void conditions_are_bounded(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 2);
    for (int i = 0; i < 200; i++) {
        fleet_command(f, (struct rotation_request){ .kind = i % 2 ? REQUEST_RESUME : REQUEST_PAUSE,
                                                    .reason = "again" });
        fleet_pass(f);
    }
    assert_true(f->record.condition_count <= 40);
    for (size_t i = 0; i < f->record.condition_count; i++)
        if (f->record.conditions[i].state == ROTATION_ADDING_NEW_ROOT)
            return;
    fail_msg("the condition that tells the step was dropped");
}

/* clang-format off */
static const struct {
    const char *text, *id;
    int step; /* 0: it is no approval */
} approvals[] = {
    { "r1-0123abcd/2", "r1-0123abcd", 2 },
    { "r1-0123abcd/PROPAGATING_NEW_INTERMEDIATE", "r1-0123abcd", 2 },
    { "a/b/3", "a/b", 3 },
    { "r1-0123abcd/ADDING_NEW_ROOT", "r1-0123abcd", 1 },
    { "r1-0123abcd/DELETING_OLD_ROOT", "r1-0123abcd", 3 },
    { "r1-0123abcd/PREVIOUS_CA", NULL, 0 },
    { "r1-0123abcd/0", NULL, 0 },
    { "r1-0123abcd/4", NULL, 0 },
    { "r1-0123abcd/VERIFYING", NULL, 0 },
    { "/1", NULL, 0 },
    { "1", NULL, 0 },
    { "", NULL, 0 },
};
/* clang-format on */

static void approvals_name_a_rotation_and_a_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(approvals); i++) {
        const char *id = NULL;
        int step = 0;

        print_message("%s\n", approvals[i].text);
        assert_int_equal(rotation_approval_parse(approvals[i].text, &id, &step, f->arena),
                         approvals[i].step != 0);
        if (approvals[i].step == 0)
            continue;
        assert_string_equal(id, approvals[i].id);
        assert_int_equal(step, approvals[i].step);
    }
}

/* Tests, statuses and documents refer to a note by its id. */
static void notes_have_an_id(void **state)
{
    (void)state;
    f->stuck[1] = true;
    fleet_want(f, 2);
    fleet_run(f, 5);
    assert_int_equal(f->plan.note_count, 1);
    assert_string_equal(f->plan.notes[0].id, "R4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(conditions_are_bounded),
        CASE(approvals_name_a_rotation_and_a_step),
        CASE(notes_have_an_id),
    };

    return cmocka_run_group_tests_name("rotation/text", tests, NULL, NULL);
}
