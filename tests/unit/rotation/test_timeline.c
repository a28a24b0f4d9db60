/* tests/unit/rotation/test_timeline.c - what `weft rotation plan` promises, against what happens:
 * whole rotations, pass by pass, at several paces, with and without a second clock. */
#include "rotation/timeline.h"
#include "tests/unit/rotation/fleet_test.h"

enum pace { FIVE_MINUTES = 300, HOURLY = 3600, DAILY = 86400 };
enum lag { AT_ONCE, LAST_MOMENT, NO_EVIDENCE };

struct walk_case {
    const char *sentence;
    int64_t period;
    bool second, trusted;
    enum lag lag;
    bool canary;
    enum rotation_strategy strategy;
    int64_t leaf_ttl; /* that istiods report; 0: they report none */
    const struct calendar *calendar;
};

static const struct calendar_window workdays[] = {
    { .days = 0x1F, .from = 8 * HOUR, .to = 17 * HOUR } /* Monday to Friday */
};
static const struct calendar_freeze frozen[] = { { NOW + 3 * HOUR, NOW + 75 * HOUR, "", { 0 } } };
static const struct calendar office = { .windows = workdays, .window_count = 1 };
static const struct calendar holidays = { workdays, 1, frozen, 1 };

static void open_case(const struct walk_case *c)
{
    fleet_open(f, 3);
    f->policy.period = c->period;
    f->policy.fail_after = 2 * DAY;
    f->policy.calendar = c->calendar;
    f->watched = c->lag != NO_EVIDENCE;
    f->facts.strategy = c->strategy;
    f->facts.time.trusted = c->trusted;
    f->facts.canary = c->canary ? f->meshes[1].mesh : NULL;
    for (size_t i = 0; i < 3; i++) {
        f->meshes[i].evidence.leaf_ttl = c->leaf_ttl;
        f->meshes[i].evidence.best = f->watched ? EVIDENCE_LOADED : EVIDENCE_NONE;
    }
}

/* The last pass in which it does not count as failed yet. */
static bool last_moment(const struct member *member)
{
    const struct rotation_time time = f->facts.time;
    int64_t gain = rotation_clock_gain(&time, f->policy.period);

    return member->committed != 0
           && f->record.clock.gate + 2 * gain > member->committed + f->policy.fail_after;
}

static void load(const struct walk_case *c)
{
    if (c->lag != LAST_MOMENT) {
        fleet_load(f);
        return;
    }
    for (size_t i = 0; i < f->record.member_count; i++)
        if (f->record.members[i].proven == 0)
            f->loaded[i] |= last_moment(&f->record.members[i]);
}

static int64_t clocks_at(const struct walk_case *c, int64_t now)
{
    f->facts.time.local = now;
    f->facts.time.second = c->second ? now : 0;
    return now;
}

struct promise {
    int64_t earliest, latest; /* the tightest of all that were made on the way */
    int64_t first;            /* the latest of the first one */
};

static void ask(struct promise *promise, const struct walk_case *c, int64_t now)
{
    struct rotation_milestone *list;
    size_t count;

    clocks_at(c, now);
    list = rotation_timeline(&count, &f->record, &f->facts, f->arena);
    assert_string_equal(list[count - 1].what, "FINISHED");
    assert_true(list[count - 1].latest >= list[count - 1].earliest);
    for (size_t i = 1; i < count; i++) {
        assert_true(list[i].earliest >= list[i - 1].earliest);
        assert_true(list[i].latest >= list[i - 1].latest);
    }
    if (!promise->first)
        promise->first = list[count - 1].latest;
    if (!promise->latest || list[count - 1].latest < promise->latest)
        promise->latest = list[count - 1].latest;
    if (list[count - 1].earliest > promise->earliest)
        promise->earliest = list[count - 1].earliest;
}

/* From the wish for another root to the end; asked before each pass and between passes. */
static void walk(struct promise *promise, const struct walk_case *c)
{
    *promise = (struct promise){ 0 };
    f->now += c->period;
    fleet_want(f, 2);
    ask(promise, c, f->now - c->period / 2);
    for (int pass = 0; pass < 4000; pass++) {
        ask(promise, c, f->now);
        clocks_at(c, f->now);
        for (size_t i = 0; i < f->facts.mesh_count; i++)
            f->meshes[i].life.not_after = f->now + 900 * DAY; /* nothing is renewed meanwhile */
        fleet_pass(f);
        if (rotation_shown(&f->record) == ROTATION_FINISHED)
            return;
        ask(promise, c, f->now + c->period / 2);
        f->now += c->period;
        load(c);
    }
    fail_msg("%s: does not end", c->sentence);
}

/* clang-format off */
static const struct walk_case cases[] = {
    { .sentence = "hourly, no second clock, time alone", .period = HOURLY, .lag = NO_EVIDENCE },
    { .sentence = "hourly, a second clock, time alone", .period = HOURLY, .second = true, .lag = NO_EVIDENCE },
    { .sentence = "hourly, trusted, time alone", .period = HOURLY, .trusted = true, .lag = NO_EVIDENCE },
    { .sentence = "hourly, no second clock, evidence at once", .period = HOURLY },
    { .sentence = "hourly, no second clock, evidence late", .period = HOURLY, .lag = LAST_MOMENT },
    { .sentence = "hourly, a second clock, evidence at once", .period = HOURLY, .second = true },
    { .sentence = "hourly, a second clock, evidence late", .period = HOURLY, .second = true, .lag = LAST_MOMENT },
    { .sentence = "five minutes, no second clock", .period = FIVE_MINUTES, .lag = NO_EVIDENCE },
    { .sentence = "five minutes, evidence late", .period = FIVE_MINUTES, .lag = LAST_MOMENT },
    { .sentence = "five minutes, a second clock", .period = FIVE_MINUTES, .second = true, .lag = NO_EVIDENCE },
    { .sentence = "daily, no second clock", .period = DAILY, .lag = NO_EVIDENCE },
    { .sentence = "daily, evidence late", .period = DAILY, .lag = LAST_MOMENT },
    { .sentence = "daily, a second clock", .period = DAILY, .second = true, .lag = NO_EVIDENCE },
    { .sentence = "daily, trusted, evidence late", .period = DAILY, .trusted = true, .lag = LAST_MOMENT },
    { .sentence = "a canary, no second clock", .period = HOURLY, .canary = true, .lag = NO_EVIDENCE },
    { .sentence = "a canary, a second clock, evidence late", .period = HOURLY, .second = true, .canary = true, .lag = LAST_MOMENT },
    { .sentence = "a canary, trusted, evidence at once", .period = FIVE_MINUTES, .trusted = true, .canary = true },
    { .sentence = "istiods that issue longer leaves", .period = HOURLY, .second = true, .leaf_ttl = 72 * HOUR },
    { .sentence = "workdays, trusted, time alone", .period = HOURLY, .trusted = true, .calendar = &office },
    { .sentence = "workdays, a second clock, evidence at once", .period = HOURLY, .second = true, .calendar = &office },
    { .sentence = "workdays, no second clock", .period = HOURLY, .lag = NO_EVIDENCE, .calendar = &office },
    { .sentence = "workdays, a canary, five minutes", .period = FIVE_MINUTES, .trusted = true, .canary = true, .calendar = &office },
    { .sentence = "workdays and a freeze, evidence late", .period = HOURLY, .lag = LAST_MOMENT, .calendar = &holidays },
    { .sentence = "a freeze, strategy NONE", .period = HOURLY, .trusted = true, .strategy = STRATEGY_NONE, .calendar = &holidays },
    { .sentence = "strategy NONE, no second clock", .period = HOURLY, .strategy = STRATEGY_NONE, .lag = NO_EVIDENCE },
    { .sentence = "strategy NONE, evidence late", .period = HOURLY, .second = true, .strategy = STRATEGY_NONE, .lag = LAST_MOMENT },
};
/* clang-format on */

static void the_end_is_never_behind_at_worst(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct promise promise;

        open_case(&cases[i]);
        walk(&promise, &cases[i]);
        print_message("%s: over after %lld hours, at worst %lld\n", cases[i].sentence,
                      (long long)((f->now - NOW) / HOUR),
                      (long long)((promise.first - NOW) / HOUR));
        assert_true(f->now <= promise.latest);
        assert_true(f->now >= promise.earliest);
        fleet_close(f);
    }
}

/* Where every cluster loads a step at once and the clock counts in full, three steps are rounded up
 * to passes, and that is all. */
static void at_worst_is_near_where_clocks_are_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct walk_case *c = &cases[i];
        struct promise promise;

        if ((!c->second && !c->trusted) || c->lag == AT_ONCE)
            continue;
        open_case(c);
        walk(&promise, c);
        print_message("%s\n", c->sentence);
        assert_true(promise.first - f->now <= 12 * c->period);
        fleet_close(f);
    }
}

static void why_it_is_slow(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct walk_case *c = &cases[i];
        bool slow = !c->second && !c->trusted && c->period > CLOCK_UNCONFIRMED;

        print_message("%s\n", c->sentence);
        open_case(c);
        clocks_at(c, f->now);
        assert_int_equal(rotation_slow(&f->facts, f->arena) != NULL, slow);
        fleet_want(f, 2);
        fleet_pass(f);
        assert_int_equal(fleet_noted(f, "R3", "evidence.trustClock"),
                         slow && c->strategy != STRATEGY_NONE);
        fleet_close(f);
    }
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
    assert_int_equal(ahead[1].latest, 0); /* weft cannot know when an operator decides */
    fleet_command(f, (struct rotation_request){ .kind = REQUEST_ROLLBACK });
    fleet_pass(f);
    ahead = timeline(&count);
    assert_string_equal(ahead[count - 1].what, "FINISHED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_is_never_behind_at_worst),
        cmocka_unit_test(at_worst_is_near_where_clocks_are_seen),
        cmocka_unit_test(why_it_is_slow),
        CASE(the_timeline_comes_true),
        CASE(the_timeline_while_it_runs),
    };

    return cmocka_run_group_tests_name("rotation/timeline", tests, NULL, NULL);
}
