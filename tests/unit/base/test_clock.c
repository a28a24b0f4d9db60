/* tests/unit/base/test_clock.c - RFC 3339 both ways, and durations for people. */
#include "tests/lib/check.h"

#include "base/clock.h"
#include <unistd.h>

static void times_that_can_be_read(void **state)
{
    // clang-format off
    static const struct { const char *sentence, *text; int64_t want; } rows[] = {
        { "the epoch", "1970-01-01T00:00:00Z", 0 },
        { "a second before it", "1969-12-31T23:59:59Z", -1 },
        { "a plain time", "2026-11-23T11:00:00Z", 1795431600 },
        { "an offset east", "2026-11-23T12:30:00+01:30", 1795431600 },
        { "an offset west over midnight", "2026-11-22T23:00:00-12:00", 1795431600 },
        { "a fraction is dropped", "2026-11-23T11:00:00.999999Z", 1795431600 },
        { "small letters", "2026-11-23t11:00:00z", 1795431600 },
        { "a leap day", "2024-02-29T00:00:00Z", 1709164800 },
        { "a leap day of a year divisible by 400", "2000-02-29T00:00:00Z", 951782400 },
        { "a leap second", "2016-12-31T23:59:60Z", 1483228800 },
        { "beyond 32 bits", "2038-01-19T03:14:08Z", 2147483648 },
        { "the last year", "9999-12-31T23:59:59Z", 253402300799 },
        { "the first year", "0000-01-01T00:00:00Z", -62167219200 },
    };
    // clang-format on

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t got = 7;

        CASE(rows[i].sentence);
        assert_true(clock_parse(rows[i].text, &got));
        assert_int_equal(got, rows[i].want);
    }
}

static void what_is_no_time(void **state)
{
    static const char *const rows[] = {
        "",
        "2026",
        "2026-11-23",
        "2026-11-23T11:00:00",
        "2026-11-23 11:00:00Z",
        "2026-11-23T11:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T11:60:00Z",
        "2026-11-23T11:00:61Z",
        "2026-11-23T11:00:00.Z",
        "2026-11-23T11:00:00+1:00",
        "2026-11-23T11:00:00+24:00",
        "2026-11-23T11:00:00Zx",
        " 2026-11-23T11:00:00Z",
        "+026-11-23T11:00:00Z",
        "202:-11-23T11:00:00Z",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t got = 7;

        CASE(rows[i]);
        assert_false(clock_parse(rows[i], &got));
        assert_int_equal(got, 7);
    }
    assert_false(clock_parse(NULL, &(int64_t){ 0 }));
}

static void written_times_read_back(void **state)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(clock_text(1795431600, arena), "2026-11-23T11:00:00Z");
    assert_string_equal(clock_text(-1, arena), "1969-12-31T23:59:59Z");
    /* Every day of 800 years, at another second each. */
    for (int64_t day = -146097; day < 146097; day++) {
        int64_t seconds = day * 86400 + (day * 7919 % 86400 + 86400) % 86400, got;

        assert_true(clock_parse(clock_text(seconds, arena), &got));
        assert_int_equal(got, seconds);
        if (day % 1000 == 0)
            arena_reset(arena);
    }
}

static void durations_in_two_units_at_most(void **state)
{
    // clang-format off
    static const struct { const char *want; int64_t seconds; } rows[] = {
        { "0s", 0 }, { "12s", 12 }, { "1m", 60 }, { "1m 1s", 61 }, { "2h 5m", 7530 }, { "2h", 7201 },
        { "3d 4h", 273600 + 59 }, { "90d", 7776000 }, { "-2h 5m", -7530 },
        { "106751991167300d 15h", INT64_MAX }, { "-106751991167300d 15h", INT64_MIN },
    };
    // clang-format on
    AUTO(arena_free) struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_string_equal(clock_duration_text(rows[i].seconds, arena), rows[i].want);
}

static void the_clocks_run(void **state)
{
    int64_t before = clock_monotonic_ms();

    (void)state;
    assert_true(clock_now() > 1700000000);
    usleep(20000);
    assert_true(clock_monotonic_ms() - before >= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_that_can_be_read),  cmocka_unit_test(what_is_no_time),
        cmocka_unit_test(written_times_read_back), cmocka_unit_test(durations_in_two_units_at_most),
        cmocka_unit_test(the_clocks_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
