/* tests/unit/rotation/test_clock.c - the clock that waits are measured by; one test for each
 * transition, by its name. */
#include "rotation/clock.h"
#include "tests/unit/rotation/fleet_test.h"

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

/* To the second, either way. */
static void clocks_agree_within_ten_minutes(void **state)
{
    const struct rotation_time rows[] = {
        { .local = 1000000, .second = 1000000 - CLOCK_UNCONFIRMED },
        { .local = 1000000, .second = 1000000 + CLOCK_UNCONFIRMED },
        { .local = 1000000, .second = 1000000 - CLOCK_UNCONFIRMED - 1 },
        { .local = 1000000, .second = 1000000 + CLOCK_UNCONFIRMED + 1 },
        { .local = 100, .second = 0 }, /* there is no second clock */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(rotation_clock_agrees(&rows[i]), i < 2);
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
    { "a commit from the future stops no pass", { .local = NOW, .commits = NOW + 9000 * DAY }, NOW - HOUR, CLOCK_PLAUSIBLE },
};
/* clang-format on */

static void implausible_clocks(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(doubts); i++) {
        const struct rotation_clock was = { .local = doubts[i].last };

        print_message("%s\n", doubts[i].sentence);
        assert_int_equal(rotation_clock_doubt(&was, &doubts[i].time), doubts[i].doubt);
    }
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

static void what_an_hour_counts(void **state)
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
    assert_true(fleet_noted(f, "R2", ""));
    assert_int_equal(f->record.clock.local, before);
    f->now -= 8799 * DAY;
    fleet_want(f, 2);
    fleet_pass(f);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
    f->now -= 2500 * DAY;
    fleet_pass(f);
    assert_true(fleet_noted(f, "R2", ""));
    assert_int_equal(f->plan.issue_count, 0);
    assert_at(f, ROTATION_ADDING_NEW_ROOT, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(clocks_have_to_agree_at_both_ends),
        CASE(clocks_agree_within_ten_minutes),
        CASE(only_time_that_went_by_counts),
        CASE(implausible_clocks),
        CASE(what_an_hour_counts),
        CASE(a_jump_opens_no_gate),
        CASE(a_jump_by_years_makes_nothing),
    };

    return cmocka_run_group_tests_name("rotation/clock", tests, NULL, NULL);
}
