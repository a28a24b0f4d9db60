/* tests/unit/base/test_moment.c - times as people type them. */
#include "base/compiler.h"
#include "base/moment.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW INT64_C(1795431600) /* 2026-11-23T11:00:00Z */

static const struct {
    const char *text;
    int64_t want; /* -1: refused */
} cases[] = {
    { "2026-11-23T11:00:00Z", NOW },
    { "2026-11-23T12:00:00+01:00", NOW },
    { "2026-11-23", NOW - 11 * 3600 },
    { "2026-11-23 11:00", NOW },
    { "2026-11-23T11:00", NOW },
    { "2026-11-23 11:00:07", NOW + 7 },
    { "now", NOW },
    { "yesterday", NOW - 86400 },
    { "2 days ago", NOW - 2 * 86400 },
    { "1.week.ago", NOW - 7 * 86400 },
    { "90 minutes ago", NOW - 5400 },
    { "1 hour ago", NOW - 3600 },
    { "5 seconds ago", NOW - 5 },
    { "", -1 },
    { "2026-11", -1 },
    { "2026-13-01", -1 },
    { "2026-11-23x11:00", -1 },
    { "days ago", -1 },
    { "2 days", -1 },
    { "2 days ago ago", -1 },
    { "-2 days ago", -1 },
    { "2 fortnights ago", -1 },
    { "99999999999999999999 days ago", -1 },
    { "2 days agoooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo",
      -1 },
};

static void each_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int64_t got = -1;
        const bool parsed = moment_parse(cases[i].text, NOW, &got);

        print_message("%s\n", cases[i].text);
        assert_int_equal(parsed, cases[i].want >= 0);
        assert_int_equal(parsed ? got : -1, cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_form) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
