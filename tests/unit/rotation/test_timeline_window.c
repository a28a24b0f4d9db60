/* tests/unit/rotation/test_timeline_window.c - where the two walks find a window, and where the
 * latest one has no date. */
#include "rotation/timeline_window.h"
#include "tests/unit/rotation/fleet_test.h"

enum { MONDAY = 1800230400 }; /* 2027-01-18T00:00:00Z */

static struct calendar_window window = { .from = 8 * HOUR, .to = 12 * HOUR };
static const struct calendar calendar = { .windows = &window, .window_count = 1 };

static struct timeline_pace pace_of(int64_t period)
{
    f->policy.calendar = &calendar;
    return (struct timeline_pace){ &f->record, &f->facts, period, period, f->arena };
}

static void both_walks(void **state)
{
    static const struct {
        const char *sentence;
        int64_t at, period, earliest, latest; /* latest 0: no date */
    } rows[] = {
        { "inside", 9 * HOUR + 1, HOUR, 9 * HOUR + 1, 9 * HOUR + 1 },
        { "before", 2 * HOUR, HOUR, 8 * HOUR, 9 * HOUR },
        { "the period before it began", 8 * HOUR, HOUR, 8 * HOUR, 9 * HOUR },
        { "after", 13 * HOUR, HOUR, 32 * HOUR, 33 * HOUR },
        { "passes that may miss it", 2 * HOUR, 6 * HOUR, 8 * HOUR, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct timeline_pace pace = pace_of(rows[i].period);
        struct timeline_walk first = { .at = MONDAY + rows[i].at }, last = first;

        print_message("%s\n", rows[i].sentence);
        assert_int_equal(timeline_window_earliest(&pace, &first), rows[i].earliest != rows[i].at);
        assert_int_equal(first.at, MONDAY + rows[i].earliest);
        assert_int_equal(first.gate, first.at - MONDAY - rows[i].at);
        assert_int_equal(timeline_window_latest(&pace, &last), rows[i].latest != rows[i].at);
        assert_int_equal(last.endless, !rows[i].latest);
        if (rows[i].latest)
            assert_int_equal(last.at, MONDAY + rows[i].latest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { CASE(both_walks) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
