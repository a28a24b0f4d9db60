/* tests/unit/rotation/test_candidate.c - which CA may become the new one; one test for each
 * transition, by its name. */
#include "tests/unit/rotation/fleet_test.h"

/* clang-format off */
static const struct {
    const char *sentence;
    struct rotation_ca ca; /* of R2, what is not zero */
    bool keyless;
    const char *text;
} unfit[] = {
    { "not valid yet", { .not_before = NOW + DAY }, false, "not valid before" },
    { "expired", { .not_after = NOW }, false, "expired at" },
    { "too short a life for a rotation and an intermediate", { .not_before = NOW - 900 * DAY, .not_after = NOW + 90 * DAY }, false, "a rotation and the life of an intermediate need" },
    { "the same name as the deployed root", { .subject = "CN=R1" }, false, "the same subject" },
    { "no key", { 0 }, true, "is not available" },
};
/* clang-format on */

static void root_unfit(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(unfit); i++) {
        struct rotation_ca good = f->cas[1];

        print_message("%s\n", unfit[i].sentence);
        if (unfit[i].ca.not_before)
            f->cas[1].not_before = unfit[i].ca.not_before;
        if (unfit[i].ca.not_after)
            f->cas[1].not_after = unfit[i].ca.not_after;
        if (unfit[i].ca.subject)
            f->cas[1].subject = unfit[i].ca.subject;
        f->cas[1].key = !unfit[i].keyless;
        fleet_want(f, 2);
        fleet_pass(f);
        assert_at(f, ROTATION_NOT_ROTATING, 0);
        assert_false(f->plan.moved);
        assert_true(fleet_noted(f, "R30", unfit[i].text));
        f->cas[1] = good;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(root_unfit),
    };

    return cmocka_run_group_tests_name("rotation/candidate", tests, NULL, NULL);
}
