/* tests/unit/rotation/test_adoption_wait.c - clusters with a root of their own that cannot change
 * to ours yet, and what is said of them. */
#include "tests/unit/rotation/adoption_test.h"

/* clang-format off */
static const struct {
    const char *sentence;
    struct evidence evidence;
    enum rotation_strategy strategy;
    const char *served; /* what it holds then; NULL: it waits */
    bool error;
    const char *said;
} rows[] = {
    { "no root of its own", { .best = EVIDENCE_LOADED }, STRATEGY_MULTI_ROOT, "R1/R1", false, NULL },
    { "no source is asked", { .best = EVIDENCE_NONE }, STRATEGY_MULTI_ROOT, "R1/R1", false, NULL },
    { "it trusts our root alone", { .foreign_root = "R1" }, STRATEGY_MULTI_ROOT, "R1/R1", false, NULL },
    { "a root of its own", { .foreign_root = "R0", .foreign_pem = "PEM" }, STRATEGY_MULTI_ROOT, NULL, true, "R82" },
    { "a former root of ours is one of its own, too", { .foreign_root = "R5", .foreign_pem = "PEM" }, STRATEGY_MULTI_ROOT, NULL, true, "R82" },
    { "its operator added ours", { .foreign_root = "R0", .foreign_pem = "PEM", .foreign_ready = true }, STRATEGY_MULTI_ROOT, NULL, false, "R87" },
    { "ready, but its certificate is not known", { .foreign_root = "R0", .foreign_ready = true }, STRATEGY_MULTI_ROOT, NULL, true, "R83" },
    { "it could not be asked", { .foreign_unknown = true }, STRATEGY_MULTI_ROOT, NULL, true, "R86" },
    { "NONE: at once", { .foreign_root = "R0" }, STRATEGY_NONE, "R1/R1", false, "R80" },
    { "NONE: at once, also when it is ready", { .foreign_root = "R0", .foreign_pem = "PEM", .foreign_ready = true }, STRATEGY_NONE, "R1/R1", false, "R80" },
    { "NONE: unasked", { .foreign_unknown = true }, STRATEGY_NONE, "R1/R1", false, NULL },
};
/* clang-format on */

static const struct rotation_note *note_of(const char *mesh)
{
    for (size_t i = 0; i < f->plan.note_count; i++)
        if (text_equal(f->plan.notes[i].mesh, mesh))
            return &f->plan.notes[i];
    return NULL;
}

static void judge(size_t row, size_t at)
{
    const struct rotation_note *note = note_of(f->meshes[at].mesh);

    print_message("%s\n", rows[row].sentence);
    if (rows[row].served) {
        assert_string_equal(f->meshes[at].ca, "R1");
        assert_string_equal(held(f->meshes[at].mesh), rows[row].served);
    } else {
        assert_string_equal(f->meshes[at].ca, ""); /* no intermediate, so nothing is delivered */
        assert_int_equal(f->record.member_count,
                         rows[row].evidence.foreign_ready && rows[row].evidence.foreign_pem);
        assert_int_equal(f->plan.adoption_count, f->record.member_count);
        assert_false(f->plan.moved);
    }
    assert_int_equal(note != NULL, rows[row].said != NULL);
    if (note) {
        assert_int_equal(note->error, rows[row].error);
        assert_string_equal(note->id, rows[row].said);
    }
}

static void at_rest(void **state)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t at;

        setup(state);
        at = arrive();
        f->watched = false;
        *evidence_of(at) = rows[i].evidence;
        f->facts.strategy = rows[i].strategy;
        fleet_pass(f);
        judge(i, at);
        assert_string_equal(held("a00"), "R1/R1"); /* the others are served as ever */
        teardown(state);
    }
}

/* The first pass over a virtual mesh: its root is there, so that its operator can trust it. */
static void at_the_first_apply(void **state)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        setup(state);
        f->record = rotation_none();
        f->watched = false;
        for (size_t k = 0; k < 3; k++)
            f->meshes[k].ca = "";
        *evidence_of(1) = rows[i].evidence;
        f->facts.strategy = rows[i].strategy;
        fleet_pass(f);
        judge(i, 1);
        assert_string_equal(f->record.deployed, "R1");
        assert_string_equal(f->meshes[0].ca, "R1");
        assert_string_equal(f->meshes[2].ca, "R1");
        teardown(state);
    }
}

static void clusters_of_one_root_go_together(void **state)
{
    size_t one = arrive(), two = arrive();

    (void)state;
    evidence_of(one)->foreign_ready = true;
    pass_hours(60);
    assert_string_equal(f->meshes[one].ca, ""); /* the other would refuse its new leaves */
    assert_true(fleet_noted(f, "R84", "cluster old-4"));
    evidence_of(two)->foreign_ready = true;
    fleet_pass(f);
    pass_hours(24);
    assert_string_equal(f->meshes[one].ca, ""); /* leaves of the other, too */
    f->stuck[two] = true;
    pass_hours(1);
    assert_string_equal(held(f->meshes[one].mesh), "R1/R0,R1");
    assert_string_equal(held(f->meshes[two].mesh), "R1/R0,R1");
    pass_hours(60); /* the second has leaves of R0 that the first must go on trusting */
    assert_string_equal(held(f->meshes[one].mesh), "R1/R0,R1");
    f->stuck[two] = false;
    fleet_load(f);
    pass_hours(30);
    assert_string_equal(held(f->meshes[one].mesh), "R1/R1");
    assert_string_equal(held(f->meshes[two].mesh), "R1/R1");
}

static void clusters_of_other_roots_do_not_wait(void **state)
{
    size_t one = arrive(), two = arrive();

    (void)state;
    evidence_of(two)->foreign_root = "R00";
    made_ready(one);
    pass_hours(30);
    assert_string_equal(held(f->meshes[one].mesh), "R1/R1");
    assert_string_equal(f->meshes[two].ca, "");
}

static void it_waits_for_a_rotation(void **state)
{
    size_t at;

    (void)state;
    fleet_want(f, 2);
    fleet_pass(f);
    at = arrive();
    pass_hours(1);
    assert_true(fleet_noted(f, "R82", ""));
    evidence_of(at)->foreign_ready = true;
    pass_hours(1);
    assert_true(fleet_noted(f, "R85", "r1-R2"));
    assert_int_equal(f->record.member_count, 3);
    fleet_until(f, ROTATION_FINISHED, 3, 9);
    assert_string_equal(f->meshes[at].ca, "");
    pass_hours(1);
    assert_int_equal(f->record.member_count, 1);
    pass_hours(25);
    assert_string_equal(held(f->meshes[at].mesh), "R2/R0,R2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_rest),
        cmocka_unit_test(at_the_first_apply),
        CASE(clusters_of_one_root_go_together),
        CASE(clusters_of_other_roots_do_not_wait),
        CASE(it_waits_for_a_rotation),
    };

    return cmocka_run_group_tests_name("rotation/adoption_wait", tests, NULL, NULL);
}
