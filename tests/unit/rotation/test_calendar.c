/* tests/unit/rotation/test_calendar.c - windows and freezes, moment by moment. */
#include "base/text.h"
#include "rotation/calendar.h"
#include "tests/lib/check.h"

#define HOUR (INT64_C(3600))
#define DAY (24 * HOUR)
#define MONDAY (INT64_C(1800230400)) /* 2027-01-18T00:00:00Z */

static const char *const a[] = { "a" };
static const char *const both[] = { "a", "b" };
static const char *const shop[] = { "ns/shop" };

static const struct calendar_window mornings[] = {
    { .days = 0x1F, .from = 8 * HOUR, .to = 12 * HOUR } /* Monday to Friday */
};
static const struct calendar_window nights[] = {
    { .days = 0x01, .from = 22 * HOUR, .to = 4 * HOUR } /* the night after Monday */
};
static const struct calendar_window apart[] = {
    { .from = 8 * HOUR, .to = 12 * HOUR, .scope = { .clusters = a, .cluster_count = 1 } },
    { .from = 10 * HOUR, .to = 14 * HOUR, .scope = { .clusters = &both[1], .cluster_count = 1 } },
};
static const struct calendar_window never[] = {
    { .from = 8 * HOUR, .to = 9 * HOUR, .scope = { .clusters = a, .cluster_count = 1 } },
    { .from = 9 * HOUR, .to = 10 * HOUR, .scope = { .clusters = &both[1], .cluster_count = 1 } },
};
static const struct calendar_window others[] = { { .from = 8 * HOUR,
                                                   .to = 9 * HOUR,
                                                   .scope = { .virtual_meshes = shop,
                                                              .virtual_mesh_count = 1 } } };
static const struct calendar_freeze holidays[] = {
    { .from = MONDAY + 9 * HOUR, .to = MONDAY + 2 * DAY, .reason = "holidays" }
};
static const struct calendar_freeze of_a[] = {
    { .from = 0, .to = MONDAY + DAY, .reason = "", .scope = { .clusters = a, .cluster_count = 1 } }
};

/* clang-format off */
static const struct {
    const char *name;
    struct calendar calendar;
    const char *virtual_mesh;
    const char *const *clusters;
    size_t count;
    int64_t at, opens;
} rows[] = {
    { "no calendar", { 0 }, "ns/shop", a, 1, MONDAY, MONDAY },
    { "before the window", { .windows = mornings, .window_count = 1 }, "ns/shop", a, 1, MONDAY, MONDAY + 8 * HOUR },
    { "at its beginning", { .windows = mornings, .window_count = 1 }, "ns/shop", a, 1, MONDAY + 8 * HOUR, MONDAY + 8 * HOUR },
    { "its last second", { .windows = mornings, .window_count = 1 }, "ns/shop", a, 1, MONDAY + 12 * HOUR - 1, MONDAY + 12 * HOUR - 1 },
    { "its end", { .windows = mornings, .window_count = 1 }, "ns/shop", a, 1, MONDAY + 12 * HOUR, MONDAY + 32 * HOUR },
    { "over the weekend", { .windows = mornings, .window_count = 1 }, "ns/shop", a, 1, MONDAY + 4 * DAY + 12 * HOUR, MONDAY + 7 * DAY + 8 * HOUR },
    { "past midnight", { .windows = nights, .window_count = 1 }, "ns/shop", a, 1, MONDAY + 27 * HOUR, MONDAY + 27 * HOUR },
    { "not past the next midnight", { .windows = nights, .window_count = 1 }, "ns/shop", a, 1, MONDAY + 46 * HOUR, MONDAY + 7 * DAY + 22 * HOUR },
    { "not the night before", { .windows = nights, .window_count = 1 }, "ns/shop", a, 1, MONDAY + 3 * HOUR, MONDAY + 22 * HOUR },
    { "both clusters", { .windows = apart, .window_count = 2 }, "ns/shop", both, 2, MONDAY, MONDAY + 10 * HOUR },
    { "one of them", { .windows = apart, .window_count = 2 }, "ns/shop", a, 1, MONDAY, MONDAY + 8 * HOUR },
    { "never together", { .windows = never, .window_count = 2 }, "ns/shop", both, 2, MONDAY, CALENDAR_NEVER },
    { "of another virtual mesh", { .windows = others, .window_count = 1 }, "ns/cart", a, 1, MONDAY, MONDAY },
    { "a freeze", { .freezes = holidays, .freeze_count = 1 }, "ns/shop", a, 1, MONDAY + 9 * HOUR, MONDAY + 2 * DAY },
    { "before the freeze", { .freezes = holidays, .freeze_count = 1 }, "ns/shop", a, 1, MONDAY + 9 * HOUR - 1, MONDAY + 9 * HOUR - 1 },
    { "a freeze in a window", { mornings, 1, holidays, 1 }, "ns/shop", a, 1, MONDAY + 9 * HOUR, MONDAY + 2 * DAY + 8 * HOUR },
    { "a freeze of one cluster", { .freezes = of_a, .freeze_count = 1 }, "ns/shop", both, 2, MONDAY, MONDAY + DAY },
    { "a freeze of another cluster", { .freezes = of_a, .freeze_count = 1 }, "ns/shop", &both[1], 1, MONDAY, MONDAY },
};
/* clang-format on */

static void moments(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct calendar_subject subject = { rows[i].virtual_mesh, rows[i].clusters,
                                                  rows[i].count };

        CASE(rows[i].name);
        assert_int_equal(calendar_opens(&rows[i].calendar, &subject, rows[i].at), rows[i].opens);
        assert_int_equal(calendar_is_open(&rows[i].calendar, &subject, rows[i].at),
                         rows[i].opens == rows[i].at);
    }
    assert_int_equal(calendar_opens(NULL, &(struct calendar_subject){ "ns/shop", a, 1 }, 5), 5);
}

/* What opens says is the first open moment, and time never goes backwards. */
static void opens_is_the_first_open_moment(void **state)
{
    const struct calendar_subject subject = { "ns/shop", both, 2 };
    const struct calendar calendar = { apart, 2, holidays, 1 };
    int64_t last = 0;

    (void)state;
    for (int64_t at = MONDAY; at < MONDAY + 4 * DAY; at += HOUR / 2) {
        const int64_t opens = calendar_opens(&calendar, &subject, at);

        assert_true(opens >= at && opens >= last);
        assert_true(calendar_is_open(&calendar, &subject, opens));
        for (int64_t between = at; between < opens; between += HOUR / 2)
            assert_false(calendar_is_open(&calendar, &subject, between));
        last = opens;
    }
}

static void the_freeze_says_why(void **state)
{
    const struct calendar_subject subject = { "ns/shop", a, 1 };
    const struct calendar calendar = { .freezes = holidays, .freeze_count = 1 };

    (void)state;
    assert_string_equal(calendar_reason(&calendar, &subject, MONDAY + 9 * HOUR), "holidays");
    assert_string_equal(calendar_reason(&calendar, &subject, MONDAY), "");
    assert_string_equal(calendar_reason(NULL, &subject, MONDAY), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(moments),
                                        cmocka_unit_test(opens_is_the_first_open_moment),
                                        cmocka_unit_test(the_freeze_says_why) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
