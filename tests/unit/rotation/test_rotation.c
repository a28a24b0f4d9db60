/* tests/unit/rotation/test_rotation.c - the rows of the transition table (docs/rotation.md), one
 * test for each or for a few that belong together. */
#include "rotation/emergency.h"
#include "rotation/timeline.h"
#include "tests/lib/rotation_fleet.h"

#include "base/text.h"
#include "pki/rotation_record.h"
#include <string.h>

static struct fleet fleet;
static struct fleet *const f = &fleet;

static int setup(void **state)
{
    (void)state;
    fleet_open(f, 3);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fleet_close(f);
    return 0;
}

static const char *bundle_of_member(size_t i)
{
    const struct material *wanted = member_wanted(&f->record.members[i]);
    const char *text = "";

    for (size_t k = 0; k < wanted->bundle.count; k++)
        text = arena_printf(f->arena, "%s%s%s", text, *text ? "," : "", wanted->bundle.roots[k]);
    return arena_printf(f->arena, "%s/%s", text, wanted->signer);
}

static void row_1_first_certificates(void **state)
{
    (void)state;
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(f->meshes[0].ca, "R1");
    assert_string_equal(f->meshes[2].ca, "R1");
    assert_int_equal(f->record.condition_count, 1);
    assert_int_equal(f->record.conditions[0].state, ROTATION_FINISHED);
    fleet_run(f, 5);
    assert_int_equal(f->record.condition_count, 1); /* at rest nothing is said */
    assert_int_equal(f->plan.issue_count, 0);
}

static void row_1_the_root_is_made_first(void **state)
{
    (void)state;
    f->record = rotation_none();
    f->facts.target = (struct rotation_target){ .kind = TARGET_MAKE, .digest = "new" };
    fleet_pass(f);
    assert_true(f->plan.make_root);
    assert_string_equal(f->record.deployed, "");
    assert_int_equal(f->plan.issue_count, 0);
}

static void rows_3_to_15_the_whole_way(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_pass(f); /* row 3 */
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_string_equal(f->record.id, "r1-R2");
    assert_string_equal(bundle_of_member(0), "R1,R2/R1");
    assert_int_equal(f->plan.issue_count, 0); /* certificate and key unchanged */
    fleet_load(f);
    fleet_pass(f); /* row 6 */
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_run(f, 24);
    assert_at(f, ROTATION_VERIFYING, 1); /* skew is not over yet */
    fleet_run(f, 1);                     /* row 7 */
    assert_at(f, ROTATION_VERIFIED, 1);
    fleet_pass(f); /* row 10 */
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
    assert_string_equal(bundle_of_member(2), "R1,R2/R2");
    assert_int_equal(f->plan.issue_count, 3);
    assert_string_equal(f->plan.issues[1].ca, "R2");
    assert_true(f->plan.issues[1].needed);
    fleet_until(f, ROTATION_VERIFIED, 2, 2); /* rows 11 and 7 */
    fleet_pass(f);                           /* row 12 */
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(bundle_of_member(1), "R2/R2");
    assert_int_equal(f->plan.issue_count, 0);
    assert_string_equal(f->record.deployed, "R1"); /* until it is finished */
    fleet_until(f, ROTATION_VERIFIED, 3, 1);       /* row 13 */
    fleet_pass(f);                                 /* row 14 */
    assert_at(f, ROTATION_FINISHED, 3);
    assert_string_equal(f->record.deployed, "R2");
    assert_string_equal(f->record.deployed_trust, "R2");
    assert_int_equal(f->plan.retire_count, 1);
    assert_string_equal(f->plan.retire[0], "R1");
    fleet_pass(f); /* row 15 */
    assert_at(f, ROTATION_NOT_ROTATING, 0);
}

static void row_4_strategy_none(void **state)
{
    (void)state;
    f->facts.strategy = STRATEGY_NONE;
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(bundle_of_member(0), "R2/R2");
    assert_non_null(strstr(fleet_said(f), "refuse each other"));
    fleet_load(f);
    fleet_pass(f);
    assert_at(f, ROTATION_FINISHED, 3);
}

/* clang-format off */
static const struct {
    const char *sentence;
    struct rotation_ca ca; /* of R2, what is not zero */
    bool keyless;
    const char *text;
} unfit[] = {
    { "not valid yet", { .not_before = NOW + DAY }, false, "not valid before" },
    { "expired", { .not_after = NOW }, false, "expired at" },
    { "too short a life for a rotation and an intermediate", { .not_before = NOW - 900 * DAY, .not_after = NOW + 90 * DAY }, false, "a rotation and an intermediate's life need" },
    { "the same name as the deployed root", { .subject = "CN=R1" }, false, "two roots of one name" },
    { "no key", { 0 }, true, "is not at hand" },
};
/* clang-format on */

static void row_5_an_unfit_target(void **state)
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
        assert_true(fleet_noted(f, unfit[i].text));
        f->cas[1] = good;
    }
}

static void row_5_single_root_istiods(void **state)
{
    (void)state;
    f->meshes[1].evidence.single_root = true;
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_true(fleet_noted(f, "cluster-2 runs without ISTIO_MULTIROOT_MESH"));
    f->policy.restart_acknowledged = true;
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

static void row_6_one_laggard_holds_all(void **state)
{
    (void)state;
    f->stuck[1] = true;
    fleet_want(f, 2);
    fleet_run(f, 48);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_true(fleet_noted(f, "overdue in: cluster-2"));
    f->stuck[1] = false;
    fleet_until(f, ROTATION_VERIFYING, 1, 1);
}

static void row_8_approvals(void **state)
{
    (void)state;
    f->facts.verification = VERIFY_MANUAL;
    fleet_want(f, 2);
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1);
    f->facts.approval = "r1-R2/1";
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 1); /* an approval opens no gate */
    fleet_until(f, ROTATION_VERIFIED, 1, 2);
    fleet_run(f, 72);
    assert_at(f, ROTATION_VERIFYING, 2); /* it was for step 1 */
    assert_non_null(strstr(f->plan.words, "\"r1-R2/2\""));
    f->facts.approval = "r0-R2/2";
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 2); /* another rotation's */
    f->facts.approval = "r1-R2/3";
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_APPROVE, .step = 3 });
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 2);
    f->facts.approval = "r1-R2/PROPAGATING_NEW_INTERMEDIATE";
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFIED, 2);
    fleet_run(f, 5);
    assert_at(f, ROTATION_VERIFYING, 3); /* what was said before step 3 was out does not count */
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_APPROVE, .step = 3 });
    fleet_until(f, ROTATION_FINISHED, 3, 1);
}

static void row_8_force(void **state)
{
    (void)state;
    f->facts.verification = VERIFY_MANUAL;
    f->stuck[2] = true;
    fleet_want(f, 2);
    fleet_run(f, 3);
    fleet_command(f,
                  (struct rotation_command){ .kind = COMMAND_APPROVE, .step = 1, .force = true });
    fleet_run(f, 1);
    assert_true(fleet_noted(f, "only forced open with a reason"));
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_APPROVE,
                                                .step = 1,
                                                .force = true,
                                                .reason = "cluster-3 is switched off" });
    fleet_run(f, 1);
    assert_non_null(strstr(f->record.conditions[1].message, "r1-R2"));
    fleet_run(f, 2);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
    for (size_t i = 0; i < f->record.condition_count; i++)
        if (strstr(f->record.conditions[i].message, "FORCED OPEN: cluster-3 is switched off"))
            return;
    fail_msg("force was not shouted");
}

static void row_9_evidence_goes_back(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 20);
    assert_at(f, ROTATION_VERIFYING, 1);
    f->loaded[1] = false; /* somebody restored an old Secret */
    fleet_pass(f);
    assert_non_null(strstr(fleet_said(f), "cluster-2 no longer holds step 1"));
    fleet_load(f);
    fleet_run(f, 20);
    assert_at(f, ROTATION_VERIFYING, 1); /* 40 hours: the wait began anew */
    fleet_until(f, ROTATION_VERIFIED, 1, 1);
}

static void row_10_a_canary_that_takes_no_part(void **state)
{
    (void)state;
    f->facts.canary = "cluster-9";
    fleet_want(f, 2);
    fleet_run(f, 72);
    assert_at(f, ROTATION_VERIFIED, 1);
    assert_true(fleet_noted(f, "the canary cluster-9 takes no part"));
    f->facts.canary = NULL;
    fleet_run(f, 1);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
}

/* It was there when step 2 began. */
static void row_10_a_canary_that_leaves(void **state)
{
    (void)state;
    f->facts.canary = f->meshes[1].mesh;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 3);
    f->facts.canary = "cluster-9";
    fleet_run(f, 48);
    assert_string_equal(bundle_of_member(0), "R1,R2/R1");
    assert_true(fleet_noted(f, "the canary cluster-9 takes no part"));
    f->facts.canary = NULL;
    fleet_run(f, 2);
    assert_string_equal(bundle_of_member(0), "R1,R2/R2");
}

/* Between the gate and the commit. */
static void what_is_verified_is_looked_at_again(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFIED, 1, 3);
    f->mute[1] = true;
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_non_null(strstr(fleet_said(f), "is verified anew: cluster cluster-2 does not answer"));
    f->mute[1] = false;
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 1);
}

static void row_10_canary(void **state)
{
    (void)state;
    f->facts.canary = f->meshes[1].mesh;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 3);
    assert_string_equal(bundle_of_member(0), "R1,R2/R1");
    assert_string_equal(bundle_of_member(1), "R1,R2/R2");
    f->stuck[1] = true;
    f->loaded[1] = false;
    fleet_run(f, 30);
    assert_string_equal(bundle_of_member(0), "R1,R2/R1"); /* the others wait for it */
    f->stuck[1] = false;
    fleet_run(f, 2);
    assert_string_equal(bundle_of_member(0), "R1,R2/R2");
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 6);
}

static void row_14_the_old_key(void **state)
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
    assert_string_equal(f->plan.destroy[0], "R1");
    assert_int_equal(f->record.retired_count, 0);
}

static void row_16_back_from_step_1(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK, .reason = "no" });
    fleet_run(f, 1);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
    assert_string_equal(f->record.words, "rollback r1-R2/1: no"); /* said in step 1 */
    assert_string_equal(bundle_of_member(0), "R1/R1");
    fleet_run(f, 1);
    assert_at(f, ROTATION_FINISHED, 0);
    assert_string_equal(f->record.deployed, "R1");
    assert_string_equal(f->plan.retire[0], "R2");
    fleet_run(f, 48);
    assert_at(f, ROTATION_NOT_ROTATING, 0); /* not tried again by itself */
    assert_true(fleet_noted(f, "was rolled back"));
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_RETRY });
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

/* What an operator asked for is not lost while nothing can move. */
static void a_way_back_waits_for_the_push(void **state)
{
    (void)state;
    f->push_fails = true;
    fleet_want(f, 2);
    fleet_run(f, 2);
    assert_false(f->record.published);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK, .reason = "no" });
    fleet_run(f, 3);
    assert_true(fleet_noted(f, "rollback, asked for by an operator, waits until what was committed "
                               "last is pushed"));
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    f->push_fails = false;
    fleet_run(f, 2);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_int_equal(f->record.command_count, 0);
}

static void a_way_back_waits_for_the_end_of_a_hold(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 10);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_HOLD, .reason = "freeze" });
    fleet_run(f, 1);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK, .reason = "no" });
    fleet_run(f, 3);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_true(fleet_noted(f, "waits until the rotation is not held any more"));
    f->record.hold = "";
    fleet_run(f, 1);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
}

static void row_16_the_spec_goes_back(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 10);
    fleet_want(f, 1);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    fleet_want(f, 2); /* and may ask for it again */
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

static void row_16_the_deadline_passes(void **state)
{
    (void)state;
    f->policy.rollback_on_deadline = true;
    f->stuck[0] = true;
    fleet_want(f, 2);
    fleet_run(f, 2);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    fleet_run(f, 1);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
}

static void row_17_back_from_step_2(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 2, 3);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK });
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_string_equal(bundle_of_member(0), "R1,R2/R1");
    assert_int_equal(f->plan.issue_count, 3); /* signed by R1 again, new keys */
    fleet_run(f, 24);
    assert_at(f, ROTATION_VERIFYING, 1); /* leaves under R2 may live */
    fleet_run(f, 2);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R1");
}

static void row_18_no_way_back_without_the_old_key(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 2, 3);
    f->cas[0].key = false;
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK });
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 2);
    assert_string_equal(f->record.conditions[f->record.condition_count - 1].errors.texts[0],
                        "cannot roll back, old key unavailable: forward is the only way");
    fleet_until(f, ROTATION_FINISHED, 3, 3);
}

static void row_19_back_from_step_3(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_DELETING_OLD_ROOT, 3, 4);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK });
    fleet_run(f, 1);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
    assert_string_equal(bundle_of_member(0), "R1,R2/R2");
    fleet_run(f, 24);
    assert_at(f, ROTATION_VERIFYING, 2);
    fleet_run(f, 2);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 3);
    assert_string_equal(f->record.deployed, "R1");
}

static void row_19_without_the_old_key(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_DELETING_OLD_ROOT, 3, 4);
    f->cas[0].key = false;
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK });
    fleet_run(f, 100);
    assert_int_equal((int)f->record.at.phase, 2);
    assert_string_equal(bundle_of_member(0), "R1,R2/R2");
    assert_non_null(strstr(f->record.hold, "the old root's key is gone"));
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_RESUME });
    fleet_until(f, ROTATION_FINISHED, 3, 4);
    assert_string_equal(f->record.deployed, "R2");
}

static void row_20_another_root_before_step_2(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_want(f, 3);
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_string_equal(f->record.id, "r2-R3");
    assert_string_equal(bundle_of_member(0), "R1,R2,R3/R1");
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 3);
    assert_string_equal(bundle_of_member(0), "R1,R2,R3/R3");
    fleet_until(f, ROTATION_FINISHED, 3, 4);
    assert_string_equal(f->record.deployed, "R3");
    assert_int_equal(f->plan.retire_count, 2);
}

/* What was approved, or forced, was another rotation. */
static void row_20_approvals_do_not_come_along(void **state)
{
    (void)state;
    f->facts.verification = VERIFY_MANUAL;
    fleet_want(f, 2);
    fleet_run(f, 10);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_APPROVE, .step = 1 });
    fleet_run(f, 1);
    fleet_want(f, 3);
    fleet_run(f, 72);
    assert_string_equal(f->record.id, "r2-R3");
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_APPROVE, .step = 1 });
    fleet_run(f, 2);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
}

static void row_21_another_root_in_step_2(void **state)
{
    (void)state;
    f->facts.canary = f->meshes[0].mesh;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 3);
    f->stuck[0] = true;
    f->loaded[0] = false;
    fleet_want(f, 3); /* only the canary signs by R2: each signer stays as it is */
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_string_equal(bundle_of_member(0), "R1,R2,R3/R2");
    assert_string_equal(bundle_of_member(1), "R1,R2,R3/R1");
    f->stuck[0] = false;
    fleet_until(f, ROTATION_FINISHED, 3, 6);
    assert_string_equal(f->record.deployed, "R3");
}

/* How many conditions tell of it. */
static int told(const char *words)
{
    int count = 0;

    for (size_t i = 0; i < f->record.condition_count; i++)
        count += strstr(f->record.conditions[i].message, words) != NULL;
    return count;
}

static void rows_22_and_23_queued(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_DELETING_OLD_ROOT, 3, 4);
    fleet_want(f, 3);
    fleet_run(f, 1);
    assert_non_null(strstr(f->record.pending, "CN=R3"));
    assert_int_equal(told(f->record.pending), 1); /* in the conditions, and once */
    assert_int_equal((int)f->record.at.phase, 3);
    fleet_want(f, 4);
    fleet_run(f, 1);
    assert_non_null(strstr(f->record.pending, "CN=R4")); /* only the newest */
    fleet_until(f, ROTATION_ADDING_NEW_ROOT, 1, 2);
    assert_string_equal(f->record.deployed, "R2");
    assert_string_equal(bundle_of_member(0), "R2,R4/R2");
}

static void row_23_never_more_than_four_roots(void **state)
{
    (void)state;
    for (int n = 2; n <= 5; n++) {
        fleet_want(f, n);
        fleet_run(f, 2);
    }
    assert_string_equal(bundle_of_member(0), "R1,R2,R3,R4/R1");
    assert_non_null(strstr(f->record.pending, "CN=R5"));
    fleet_until(f, ROTATION_FINISHED, 3, 6);
    assert_string_equal(f->record.deployed, "R4");
    fleet_until(f, ROTATION_ADDING_NEW_ROOT, 1, 2);
}

static void row_24_options_of_intermediates(void **state)
{
    (void)state;
    f->policy.reissue_max = 2;
    for (size_t i = 0; i < 3; i++)
        f->meshes[i].options_differ = true;
    f->facts.trust = "other options";
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 2); /* so many in a pass */
    assert_true(f->record.more);
    assert_false(f->plan.issues[0].needed);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(f->record.deployed_trust, "R1");
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 1);
    assert_false(f->record.more);
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 0);
    assert_string_equal(f->record.deployed_trust, "other options");
}

static void row_24_waits_while_it_rotates(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_pass(f);
    f->meshes[0].options_differ = true;
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 0);
}

static void row_25_renewal_in_every_state(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_pass(f);
    f->meshes[1].life = (struct lifetime){ f->now - 89 * DAY, f->now + DAY, 0.1 };
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 1);
    assert_string_equal(f->plan.issues[0].mesh, f->meshes[1].mesh);
    assert_string_equal(f->plan.issues[0].ca, "R1"); /* that cluster's signer */
    assert_false(f->plan.issues[0].needed);
}

static void row_25_renewing_must_gain_something(void **state)
{
    (void)state;
    f->meshes[1].life = (struct lifetime){ f->now - 89 * DAY, f->now + DAY, 0.1 };
    fleet_pass(f);
    assert_int_equal(f->plan.issue_count, 1);
    f->meshes[1].life = (struct lifetime){ f->now - 89 * DAY, f->now + DAY, 0.1 };
    f->facts.time.local = f->now;
    f->meshes[1].renewed_until = f->now + DAY; /* the root ends then, too */
    rotation_next(&f->plan, &f->record, &f->facts, f->arena);
    assert_int_equal(f->plan.issue_count, 0);
    assert_true(fleet_noted(f, "leaves are cut short"));
}

static void row_26_a_generated_root_renews_itself(void **state)
{
    (void)state;
    f->cas[0].not_after = f->now + 100 * DAY;
    f->cas[0].not_before = f->now - 900 * DAY;
    fleet_pass(f);
    assert_true(f->plan.make_root);
    assert_non_null(strstr(f->plan.make_why, "ends at"));
    fleet_want(f, 2); /* made: the newest one that fits the options */
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

static void row_26_a_given_root_only_warns(void **state)
{
    (void)state;
    f->cas[0].generated = false;
    f->cas[0].not_after = f->now + 100 * DAY;
    f->cas[0].not_before = f->now - 900 * DAY;
    fleet_pass(f);
    assert_false(f->plan.make_root);
    assert_true(fleet_noted(f, "give the spec a new one"));
}

static void rows_27_and_28_failed_and_back(void **state)
{
    (void)state;
    f->stuck[2] = true;
    fleet_want(f, 2);
    fleet_run(f, 7 * 24 + 2);
    assert_at(f, ROTATION_FAILED, 1);
    assert_non_null(
        strstr(f->record.conditions[f->record.condition_count - 1].errors.texts[0], "cluster-3"));
    assert_string_equal(bundle_of_member(0), "R1,R2/R1"); /* what they hold stays */
    f->stuck[2] = false;
    fleet_run(f, 2);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_until(f, ROTATION_FINISHED, 3, 6);
}

static void row_28_retry(void **state)
{
    (void)state;
    f->stuck[2] = true;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_FAILED, 1, 8);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_RETRY });
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    fleet_run(f, 24);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1); /* with a new deadline */
}

static void row_29_the_branch_was_reset(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 20);
    f->facts.reverted = true;
    fleet_pass(f);
    f->facts.reverted = false;
    assert_int_equal((int)f->record.at.phase, 1);
    assert_non_null(strstr(fleet_said(f), "does not hold what was pushed last"));
    fleet_run(f, 20);
    assert_at(f, ROTATION_VERIFYING, 1); /* the wait began anew */
    fleet_until(f, ROTATION_VERIFIED, 1, 1);
}

/* Step 2 was wanted, but the branch went back to before step 1: leaves under the new root would be
 * refused by whoever loads that. */
static void row_29_an_intent_is_withdrawn(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFIED, 1, 3);
    f->push_fails = true;
    fleet_run(f, 1);
    assert_at(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2);
    f->facts.reverted = true;
    fleet_run(f, 1);
    f->facts.reverted = f->push_fails = false;
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_string_equal(bundle_of_member(0), "R1,R2/R1");
    assert_int_equal(f->plan.issue_count, 3); /* signed by R1 again */
    fleet_run(f, 20);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_until(f, ROTATION_PROPAGATING_NEW_INTERMEDIATE, 2, 2);
}

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

/* An interval whose start was wrong is wrong, too. */
static void clocks_have_to_agree_at_both_ends(void **state)
{
    const struct rotation_time now = { .local = 1000000, .second = 1000000 };
    struct rotation_clock was = { .gate = 500, .local = 900000, .second = 900000, .agreed = true };
    bool behind;

    (void)state;
    assert_int_equal(rotation_clock_next(&was, &now, &behind).gate, 500 + 100000);
    was.agreed = false;
    assert_int_equal(rotation_clock_next(&was, &now, &behind).gate, 500 + CLOCK_UNCONFIRMED);
}

/* A clock that stood still or was set back adds nothing, and takes nothing away. */
static void only_time_that_went_by_counts(void **state)
{
    // clang-format off
    static const struct { const char *sentence; bool trusted, agreed; int64_t local, second, gain; } rows[] = {
        { "a trusted clock went on", true, false, 900060, 0, 60 },
        { "a trusted clock stood still", true, false, 900000, 0, 0 },
        { "a trusted clock was set back", true, false, 899000, 0, 0 },
        { "one that nothing confirms went on", false, false, 900060, 0, 60 },
        { "one that nothing confirms stood still", false, false, 900000, 0, 0 },
        { "one that nothing confirms was set back", false, false, 899999, 0, 0 },
        { "both went on, the second one less far", false, true, 900060, 900050, 50 },
        { "the second one stood still", false, true, 900060, 900000, 0 },
        { "the second one was set back", false, true, 900060, 899990, 0 },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct rotation_clock was = {
            .gate = 500, .local = 900000, .second = 900000, .agreed = rows[i].agreed
        };
        const struct rotation_time now = { .local = rows[i].local,
                                           .second = rows[i].second,
                                           .trusted = rows[i].trusted };
        bool behind;

        print_message("%s\n", rows[i].sentence);
        assert_int_equal(rotation_clock_next(&was, &now, &behind).gate, 500 + rows[i].gain);
    }
}

/* What skips all waits has none that could begin anew. */
static void row_29_a_rotation_at_once_goes_on(void **state)
{
    (void)state;
    f->facts.strategy = STRATEGY_NONE;
    f->push_fails = true;
    fleet_want(f, 2);
    fleet_run(f, 1);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    f->facts.reverted = true;
    f->push_fails = false;
    fleet_run(f, 1);
    f->facts.reverted = false;
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R2");
}

/* A restored backup: what the newer state pushed is alive, and gates know it. */
static void row_29_the_branch_is_further(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 2, 4);
    f->facts.branch_step = 3;
    f->facts.reverted = true; /* the branch is not as this state left it */
    fleet_pass(f);
    f->facts.reverted = false;
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(bundle_of_member(0), "R2/R2");
    assert_int_equal(f->plan.issue_count, 0);
    assert_non_null(strstr(fleet_said(f), "this state is an older one"));
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK });
    fleet_run(f, 2);
    assert_string_equal(bundle_of_member(0), "R1,R2/R2"); /* leaves under R1 have to wait */
    fleet_run(f, 20);
    assert_string_equal(bundle_of_member(0), "R1,R2/R2");
    f->facts.branch_step = 0;
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 5);
    assert_string_equal(f->record.deployed, "R1");
}

static void row_29_the_branch_is_not_further(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 5);
    f->facts.branch_step = 1;
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK });
    f->facts.branch_step = 3; /* of the way back nothing is further */
    fleet_run(f, 1);
    assert_at(f, ROTATION_PREVIOUS_CA, 0);
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

static void an_intent_that_was_not_pushed_waits(void **state)
{
    (void)state;
    f->push_fails = true;
    fleet_want(f, 2);
    fleet_run(f, 200);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_false(f->record.published);
    assert_non_null(strstr(f->plan.words, "is pushed"));
    f->push_fails = false;
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1); /* and the wait counts from the push */
}

static void section_3_1_a_cluster_joins(void **state)
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
        assert_string_equal(bundle_of_member(3), joins[i].gets);
        assert_int_equal(f->plan.issue_count, 1);
        fleet_until(f, ROTATION_FINISHED, 3, 6);
    }
}

static void section_3_1_not_without_the_old_key(void **state)
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
    assert_true(fleet_noted(f, "joins with the next step"));
    fleet_until(f, ROTATION_VERIFYING, 2, 3);
    assert_int_equal(f->record.member_count, 4);
}

static void section_3_2_a_cluster_leaves(void **state)
{
    (void)state;
    f->stuck[2] = true;
    fleet_want(f, 2);
    fleet_run(f, 5);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    f->facts.mesh_count = 2; /* the laggard goes */
    fleet_run(f, 1);
    assert_int_equal(f->record.member_count, 2);
    assert_at(f, ROTATION_VERIFYING, 1);
    for (size_t i = 0; i < f->record.condition_count; i++)
        if (strstr(f->record.conditions[i].message, "keeps a CA key"))
            return;
    fail_msg("nobody was told that it keeps a CA key");
}

static void time_alone_is_called_assumed(void **state)
{
    (void)state;
    f->watched = false;
    fleet_want(f, 2);
    fleet_pass(f);
    f->now += 30 * 60;
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1); /* the sync allowance is not over */
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_non_null(strstr(fleet_said(f), "assumed"));
    fleet_until(f, ROTATION_FINISHED, 3, 6);
}

static void what_is_not_delivered_keeps_the_gate_closed(void **state)
{
    (void)state;
    f->watched = false;
    f->undelivered[1] = true;
    fleet_want(f, 2);
    fleet_run(f, 100);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    assert_non_null(strstr(f->plan.words, "could not be delivered"));
    f->undelivered[1] = false;
    fleet_run(f, 25); /* the clock begins now */
    assert_int_equal((int)f->record.at.phase, 1);
    fleet_run(f, 4);
    assert_int_equal((int)f->record.at.phase, 2);
}

static void silence_takes_nothing_back_and_opens_nothing(void **state)
{
    (void)state;
    f->watched = true;
    fleet_want(f, 2);
    fleet_run(f, 12);
    f->mute[1] = true;
    fleet_run(f, 1);
    assert_null(strstr(fleet_said(f), "no longer holds"));
    fleet_run(f, 24);
    assert_int_equal((int)f->record.at.phase, 1); /* the leaves are gone, but one does not answer */
    assert_non_null(strstr(f->plan.words, "does not answer"));
    f->mute[1] = false;
    fleet_run(f, 3);
    assert_int_equal((int)f->record.at.phase, 2); /* the wait went on meanwhile */
}

static void a_source_that_goes_away_proves_nothing(void **state)
{
    (void)state;
    f->watched = true;
    memset(f->stuck, true, sizeof f->stuck);
    fleet_want(f, 2);
    fleet_run(f, 80);
    f->watched = false; /* its line left the configuration */
    fleet_run(f, 24);
    assert_int_equal((int)f->record.at.phase, 1);
    fleet_run(f, 5);
    assert_int_equal((int)f->record.at.phase, 2);
}

static void a_cluster_that_went_back_has_all_its_time_again(void **state)
{
    (void)state;
    f->watched = true;
    f->policy.fail_after = 10 * HOUR;
    fleet_want(f, 2);
    fleet_run(f, 15);
    f->stuck[1] = true;
    f->loaded[1] = false;
    fleet_run(f, 9);
    assert_at(f, ROTATION_VERIFYING, 1);
    fleet_run(f, 3);
    assert_at(f, ROTATION_FAILED, 1);
}

static void the_longest_leaf_that_was_seen_counts(void **state)
{
    (void)state;
    f->watched = true;
    fleet_want(f, 2);
    f->meshes[1].evidence.leaf_ttl = 72 * HOUR;
    fleet_run(f, 3);
    f->meshes[1].evidence.leaf_ttl = 0; /* nobody can ask any more */
    fleet_run(f, 60);
    assert_int_equal((int)f->record.at.phase, 1);
    fleet_run(f, 20);
    assert_true((int)f->record.at.phase > 1);
}

static void leaves_turned_over_opens_early(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 2);
    assert_at(f, ROTATION_VERIFYING, 1);
    for (size_t i = 0; i < 3; i++) {
        f->meshes[i].evidence.best = EVIDENCE_TURNED;
        f->meshes[i].evidence.level = EVIDENCE_TURNED;
    }
    f->facts.time.local = f->now;
    rotation_next(&f->plan, &f->record, &f->facts, f->arena);
    assert_int_equal(rotation_shown(&f->plan.next), ROTATION_VERIFIED);
}

static void hold_and_resume(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 2);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_HOLD, .reason = "change freeze" });
    fleet_run(f, 100);
    assert_at(f, ROTATION_VERIFYING, 1);
    assert_non_null(strstr(f->plan.words, "held in step 1: change freeze"));
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_RESUME });
    fleet_run(f, 1);
    assert_at(f, ROTATION_VERIFIED, 1);
}

static void emergency(void **state)
{
    (void)state;
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_START_COMPROMISED,
                                                .force = true,
                                                .reason = "laptop stolen" });
    fleet_pass(f);
    assert_true(f->plan.make_root);
    assert_int_equal(f->record.command_count, 1); /* kept until it begins */
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_true(f->record.immediate);
    assert_int_equal(f->record.command_count, 0);
    fleet_load(f);
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R2");
}

static void emergency_while_it_rotates(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 5);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_START_COMPROMISED, .force = true });
    fleet_run(f, 1);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
}

static void emergency_on_the_way_back(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFYING, 2, 3);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK });
    fleet_run(f, 2);
    assert_int_equal(f->record.at.direction, DIRECTION_BACK);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_START_COMPROMISED, .force = true });
    fleet_run(f, 1);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(bundle_of_member(0), "R2/R2");
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R2");
}

static void emergency_after_a_way_back(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 5);
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK });
    fleet_until(f, ROTATION_NOT_ROTATING, 0, 1);
    assert_string_equal(f->record.deployed, "R1");
    f->facts.target.kind = TARGET_MAKE; /* R2 is retired */
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_START_COMPROMISED, .force = true });
    fleet_pass(f);
    assert_true(f->plan.make_root);
    f->facts.target = (struct rotation_target){ TARGET_CA, "R3", "", f->record.rejected };
    fleet_pass(f);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
    assert_string_equal(bundle_of_member(0), "R3/R3");
}

static void emergency_without_a_key_changes_nothing(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 5);
    f->cas[1].key = false;
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_START_COMPROMISED, .force = true });
    fleet_run(f, 1);
    assert_false(f->record.immediate);
    assert_int_equal((int)f->record.at.phase, 1);
    f->cas[1].key = true;
    fleet_run(f, 1);
    assert_at(f, ROTATION_DELETING_OLD_ROOT, 3);
}

/* A change of the specs weeks later is no emergency. */
static void an_old_emergency_is_not_meant_any_more(void **state)
{
    (void)state;
    f->cas[0].generated = false;
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_START_COMPROMISED, .force = true });
    fleet_run(f, 23);
    assert_int_equal(f->record.command_count, 1);
    fleet_run(f, 2);
    assert_int_equal(f->record.command_count, 0);
    fleet_want(f, 2);
    fleet_run(f, 1);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

static void another_ca_under_the_same_root(void **state)
{
    (void)state;
    f->cas[1].anchor = "R1"; /* R2 is an intermediate CA below R1 */
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(f->record.deployed, "R2");
    assert_int_equal(f->plan.issue_count, 3);
    assert_string_equal(f->plan.issues[0].ca, "R2");
    assert_string_equal(f->record.id, ""); /* no rotation */
}

/* clang-format off */
static const struct {
    const char *sentence;
    int64_t local, second; /* what the clocks gain in an hour of real time, in hours */
    bool trusted;
    int verified_after;    /* hours of real time at least */
} clocks[] = {
    { "two clocks that agree: a day and the skew", 1, 1, false, 25 },
    { "a vouched-for clock", 1, 0, true, 25 },
    { "one clock alone: ten minutes an hour", 1, 0, false, 24 * 6 },
    { "a clock that runs ten times too fast, with a second one", 10, 1, false, 24 },
    { "a clock that stands still", 0, 1, false, 400 },
};
/* clang-format on */

static void section_3_6_clocks(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(clocks); i++) {
        int64_t local = NOW, second = NOW;
        int hours = 0;

        print_message("%s\n", clocks[i].sentence);
        fleet_close(f);
        fleet_open(f, 3);
        f->facts.time = (struct rotation_time){ .trusted = clocks[i].trusted };
        fleet_want(f, 2);
        while (rotation_shown(&f->record) != ROTATION_VERIFIED && hours < 400) {
            hours++;
            local += clocks[i].local * HOUR;
            second += HOUR;
            f->now = local;
            f->facts.time.second = clocks[i].second ? second : 0;
            fleet_pass(f);
            fleet_load(f);
        }
        assert_true(hours >= clocks[i].verified_after);
        assert_true(hours <= clocks[i].verified_after + 30 || clocks[i].local == 10);
    }
}

static void a_jump_opens_no_gate(void **state)
{
    (void)state;
    f->facts.time.trusted = false;
    fleet_want(f, 2);
    fleet_run(f, 3);
    assert_at(f, ROTATION_VERIFYING, 1);
    f->now += 400 * DAY;
    fleet_run(f, 3);
    assert_at(f, ROTATION_VERIFYING, 1);
    f->now -= 500 * DAY;
    fleet_run(f, 3);
    assert_at(f, ROTATION_VERIFYING, 1);
}

static void conditions_are_bounded(void **state)
{
    (void)state;
    fleet_want(f, 2);
    fleet_run(f, 2);
    for (int i = 0; i < 200; i++) {
        fleet_command(f, (struct rotation_command){ .kind = i % 2 ? COMMAND_RESUME : COMMAND_HOLD,
                                                    .reason = "again" });
        fleet_pass(f);
    }
    assert_true(f->record.condition_count <= 40);
    for (size_t i = 0; i < f->record.condition_count; i++)
        if (f->record.conditions[i].state == ROTATION_ADDING_NEW_ROOT)
            return;
    fail_msg("the condition that tells the step was dropped");
}

static void records_survive_the_ledger(void **state)
{
    struct ledger ledger = { .arena = f->arena };
    struct ledger_rotation *row = rotation_record_row(&ledger, "ns/vm");
    struct rotation back;
    struct err err;

    (void)state;
    fleet_want(f, 2);
    for (int i = 0; i < 130; i++) {
        fleet_run(f, 1);
        if (i == 20)
            fleet_command(f, (struct rotation_command){ .kind = COMMAND_HOLD, .reason = "\"x\"" });
        if (i == 22)
            fleet_command(f, (struct rotation_command){ .kind = COMMAND_RESUME });
        rotation_record_save(row, &f->record, f->arena);
        assert_int_equal(rotation_record_load(&back, row, f->arena, &err), 0);
        row->changed = false;
        rotation_record_save(row, &back, f->arena);
        assert_false(row->changed);
        f->record = back; /* and goes on from what was read */
    }
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_string_equal(f->record.deployed, "R2");
    assert_string_equal(row->deployed_root, "R2");
}

static struct rotation_milestone *timeline(size_t *count)
{
    f->facts.time.local = f->now;
    return rotation_timeline(count, &f->record, &f->facts, f->arena);
}

static void the_timeline_comes_true(void **state)
{
    struct rotation_milestone *before;
    size_t count = 0;

    (void)state;
    fleet_want(f, 2);
    before = timeline(&count);
    assert_int_equal(count, 10); /* commit, loaded, gate three times, and the end */
    assert_string_equal(before[0].what,
                        "commit step 1: every cluster trusts the new root beside the old one");
    assert_string_equal(before[count - 1].what, "FINISHED");
    fleet_run(f, 1);
    fleet_until(f, ROTATION_FINISHED, 3, 6);
    assert_true(f->now >= before[count - 1].earliest); /* hours are rounded up to passes */
    assert_true(f->now <= before[count - 1].earliest + 8 * HOUR);
    assert_true(before[count - 1].latest >= f->now);
}

static void the_timeline_while_it_runs(void **state)
{
    struct rotation_milestone *ahead;
    size_t count = 0;

    (void)state;
    f->facts.verification = VERIFY_MANUAL;
    fleet_want(f, 2);
    fleet_run(f, 10);
    assert_at(f, ROTATION_VERIFYING, 1);
    ahead = timeline(&count);
    assert_string_equal(ahead[0].what, "the gate of step 1 opens");
    assert_true(ahead[0].earliest > f->now && ahead[0].earliest < f->now + 25 * HOUR);
    assert_true(ahead[1].person);
    assert_non_null(strstr(ahead[1].waits, "r1-R2/1"));
    assert_int_equal(ahead[1].latest, 0); /* nobody knows when a person comes */
    fleet_command(f, (struct rotation_command){ .kind = COMMAND_ROLLBACK });
    fleet_pass(f);
    ahead = timeline(&count);
    assert_string_equal(ahead[count - 1].what, "FINISHED");
}

static void the_price_of_an_emergency(void **state)
{
    struct rotation_breakage *breaks;
    size_t count = 0;

    (void)state;
    breaks = rotation_emergency(&count, &f->record, &f->facts, f->arena);
    assert_int_equal(count, 3);
    assert_non_null(strstr(breaks[0].who, "all pairs of the 3 clusters"));
    assert_int_equal(breaks[1].seconds, 24 * HOUR + 600);
    fleet_want(f, 2);
    fleet_until(f, ROTATION_VERIFIED, 2, 4);
    rotation_emergency(&count, &f->record, &f->facts, f->arena);
    assert_int_equal(count, 0); /* nothing under the old root lives any more */
}

static void a_damaged_record_is_an_error(void **state)
{
    struct ledger_rotation row = { .virtual_mesh = "ns/vm", .detail = "{\"count\":1" };
    struct rotation rotation;
    struct err err;

    (void)state;
    assert_int_equal(rotation_record_load(&rotation, &row, f->arena, &err), -1);
    assert_non_null(strstr(err.text, "ns/vm"));
}

static void the_defaults_do_not_warn_about_themselves(void **state)
{
    (void)state;
    f->cas[0].not_after = f->cas[0].not_before + 365 * DAY + HOUR;
    f->facts.intermediate_ttl = 365 * DAY;
    fleet_pass(f);
    assert_false(fleet_noted(f, "less than three times"));
    f->facts.intermediate_ttl = 364 * DAY;
    fleet_pass(f);
    assert_true(fleet_noted(f, "which begins a rotation"));
    f->facts.intermediate_ttl = 365 * DAY;
    f->cas[0].not_after -= DAY;
    fleet_pass(f);
    assert_true(fleet_noted(f, "less than three times"));
}

/* clang-format off */
static const struct {
    const char *sentence;
    struct rotation_time time;
    int64_t last; /* pass */
    enum clock_doubt doubt;
} doubts[] = {
    { "the first pass ever", { .local = NOW }, 0, CLOCK_PLAUSIBLE },
    { "an hour later", { .local = NOW + HOUR }, NOW, CLOCK_PLAUSIBLE },
    { "paused for half a year", { .local = NOW + 183 * DAY }, NOW, CLOCK_PLAUSIBLE },
    { "paused for two years", { .local = NOW + 730 * DAY }, NOW, CLOCK_AHEAD },
    { "the same, and a commit of last month", { .local = NOW + 730 * DAY, .commits = NOW + 700 * DAY }, NOW, CLOCK_PLAUSIBLE },
    { "the same, and a server says so, too", { .local = NOW + 730 * DAY, .second = NOW + 730 * DAY }, NOW, CLOCK_PLAUSIBLE },
    { "the same, and the operator vouches", { .local = NOW + 730 * DAY, .trusted = true }, NOW, CLOCK_PLAUSIBLE },
    { "new here, with a branch of today", { .local = NOW + 9000 * DAY, .commits = NOW }, 0, CLOCK_AHEAD },
    { "a server is two days behind", { .local = NOW, .second = NOW - 2 * DAY }, NOW - HOUR, CLOCK_AHEAD },
    { "a server is two days ahead", { .local = NOW, .second = NOW + 2 * DAY }, NOW - HOUR, CLOCK_BEHIND },
    { "a few hours back", { .local = NOW - 3 * HOUR }, NOW, CLOCK_PLAUSIBLE },
    { "years back", { .local = NOW - 2500 * DAY }, NOW, CLOCK_BEHIND },
    { "years back, as a server says", { .local = NOW - 2500 * DAY, .second = NOW - 2500 * DAY }, NOW, CLOCK_PLAUSIBLE },
    { "a commit from the future stops nobody", { .local = NOW, .commits = NOW + 9000 * DAY }, NOW - HOUR, CLOCK_PLAUSIBLE },
};
/* clang-format on */

static void clocks_that_cannot_be_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(doubts); i++) {
        const struct rotation_clock was = { .local = doubts[i].last };

        print_message("%s\n", doubts[i].sentence);
        assert_int_equal(rotation_clock_doubt(&was, &doubts[i].time), doubts[i].doubt);
    }
}

/* A pass in 2050, and back. */
static void a_jump_by_years_makes_nothing(void **state)
{
    int64_t before;

    (void)state;
    f->facts.time.trusted = false;
    fleet_pass(f);
    before = f->record.clock.local;
    f->facts.target = (struct rotation_target){ .kind = TARGET_MAKE, .digest = "old", .why = "" };
    f->now += 8800 * DAY;
    fleet_pass(f);
    assert_false(f->plan.make_root);
    assert_int_equal(f->plan.issue_count,
                     0); /* although every intermediate has ended by that clock */
    assert_at(f, ROTATION_NOT_ROTATING, 0);
    assert_true(fleet_noted(f, "the clock jumped"));
    assert_int_equal(f->record.clock.local, before);
    f->now -= 8799 * DAY;
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    f->now -= 2500 * DAY;
    fleet_pass(f);
    assert_true(fleet_noted(f, "the clock jumped"));
    assert_int_equal(f->plan.issue_count, 0);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(row_1_first_certificates),
        CASE(row_1_the_root_is_made_first),
        CASE(rows_3_to_15_the_whole_way),
        CASE(row_4_strategy_none),
        CASE(row_5_an_unfit_target),
        CASE(row_5_single_root_istiods),
        CASE(row_6_one_laggard_holds_all),
        CASE(row_8_approvals),
        CASE(row_8_force),
        CASE(row_9_evidence_goes_back),
        CASE(what_is_verified_is_looked_at_again),
        CASE(row_10_canary),
        CASE(row_10_a_canary_that_takes_no_part),
        CASE(row_10_a_canary_that_leaves),
        CASE(row_14_the_old_key),
        CASE(row_16_back_from_step_1),
        CASE(a_way_back_waits_for_the_push),
        CASE(a_way_back_waits_for_the_end_of_a_hold),
        CASE(row_16_the_spec_goes_back),
        CASE(row_16_the_deadline_passes),
        CASE(row_17_back_from_step_2),
        CASE(row_18_no_way_back_without_the_old_key),
        CASE(row_19_back_from_step_3),
        CASE(row_19_without_the_old_key),
        CASE(row_20_another_root_before_step_2),
        CASE(row_20_approvals_do_not_come_along),
        CASE(row_21_another_root_in_step_2),
        CASE(rows_22_and_23_queued),
        CASE(row_23_never_more_than_four_roots),
        CASE(row_24_options_of_intermediates),
        CASE(row_24_waits_while_it_rotates),
        CASE(row_25_renewal_in_every_state),
        CASE(row_25_renewing_must_gain_something),
        CASE(row_26_a_generated_root_renews_itself),
        CASE(row_26_a_given_root_only_warns),
        CASE(rows_27_and_28_failed_and_back),
        CASE(row_28_retry),
        CASE(row_29_the_branch_was_reset),
        CASE(row_29_an_intent_is_withdrawn),
        CASE(bytes_count_from_what_may_be_loaded),
        CASE(clocks_have_to_agree_at_both_ends),
        CASE(only_time_that_went_by_counts),
        CASE(row_29_the_branch_is_further),
        CASE(row_29_the_branch_is_not_further),
        CASE(row_29_a_rotation_at_once_goes_on),
        CASE(retention_counts_from_the_last_use),
        CASE(an_intent_that_was_not_pushed_waits),
        CASE(section_3_1_a_cluster_joins),
        CASE(section_3_1_not_without_the_old_key),
        CASE(section_3_2_a_cluster_leaves),
        CASE(time_alone_is_called_assumed),
        CASE(what_is_not_delivered_keeps_the_gate_closed),
        CASE(silence_takes_nothing_back_and_opens_nothing),
        CASE(a_source_that_goes_away_proves_nothing),
        CASE(a_cluster_that_went_back_has_all_its_time_again),
        CASE(the_longest_leaf_that_was_seen_counts),
        CASE(leaves_turned_over_opens_early),
        CASE(hold_and_resume),
        CASE(emergency),
        CASE(emergency_while_it_rotates),
        CASE(emergency_on_the_way_back),
        CASE(emergency_after_a_way_back),
        CASE(emergency_without_a_key_changes_nothing),
        CASE(an_old_emergency_is_not_meant_any_more),
        CASE(another_ca_under_the_same_root),
        CASE(section_3_6_clocks),
        CASE(a_jump_opens_no_gate),
        CASE(clocks_that_cannot_be_meant),
        CASE(the_defaults_do_not_warn_about_themselves),
        CASE(a_jump_by_years_makes_nothing),
        CASE(conditions_are_bounded),
        CASE(records_survive_the_ledger),
        CASE(the_timeline_comes_true),
        CASE(the_timeline_while_it_runs),
        CASE(the_price_of_an_emergency),
        CASE(a_damaged_record_is_an_error),
    };

    return cmocka_run_group_tests_name("rotation/rotation", tests, NULL, NULL);
}
