/* tests/unit/app/test_config_calendar.c - the moments that written windows and freezes mean. */
#include "app/config_calendar.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY INT64_C(86400)
#define DECEMBER_20 INT64_C(1797724800) /* of 2026, 00:00:00Z */

static const struct {
    const char *from, *to;
    int64_t begins, ends;
} freezes[] = {
    { "2026-12-20", "2026-12-20", DECEMBER_20, DECEMBER_20 + DAY }, /* a day is over at its end */
    { "2026-12-20", "2026-12-22", DECEMBER_20, DECEMBER_20 + 3 * DAY },
    { "2026-12-20T18:00:00Z", "2026-12-21T06:00:00Z", DECEMBER_20 + 18 * 3600,
      DECEMBER_20 + 30 * 3600 },
    { "2026-12-20T18:00:00Z", "2026-12-21", DECEMBER_20 + 18 * 3600, DECEMBER_20 + 2 * DAY },
    { "2026-12-20", "soon", 0, 0 }, /* reported when it was decoded: freezes nothing */
    { "soon", "2026-12-20", 0, 0 },
};

static void freezes_begin_and_end(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(freezes); i++) {
        const struct config_freeze freeze = { .from = freezes[i].from,
                                              .to = freezes[i].to,
                                              .reason = "holidays" };
        const struct calendar *calendar = config_calendar(NULL, 0, &freeze, 1, arena);

        assert_int_equal(calendar->freeze_count, 1);
        assert_int_equal(calendar->freezes[0].from, freezes[i].begins);
        assert_int_equal(calendar->freezes[0].to, freezes[i].ends);
        assert_string_equal(calendar->freezes[0].reason, "holidays");
    }
    assert_null(config_calendar(NULL, 0, NULL, 0, arena));
    arena_free(arena);
}

static void windows_have_days_and_times(void **state)
{
    static const char *const days[] = { "mon", "sun" };
    const struct config_window windows[] = {
        { .days = days, .day_count = 2, .from = "22:00", .to = "24:00" },
        { .from = "08:30", .to = "12:00" },
    };
    struct arena *arena = arena_new();
    const struct calendar *calendar = config_calendar(windows, 2, NULL, 0, arena);

    (void)state;
    assert_int_equal(calendar->window_count, 2);
    assert_int_equal(calendar->windows[0].days, 1 | 1 << 6);
    assert_int_equal(calendar->windows[0].from, 22 * 3600);
    assert_int_equal(calendar->windows[0].to, 24 * 3600);
    assert_int_equal(calendar->windows[1].days, 0); /* every day */
    assert_int_equal(calendar->windows[1].from, 8 * 3600 + 30 * 60);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freezes_begin_and_end),
        cmocka_unit_test(windows_have_days_and_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
