/* tests/unit/rotation/test_renewal.c - when an intermediate or a root has to be replaced. */
#include "rotation/renewal.h"
#include "tests/lib/check.h"

#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)

static struct evidence_policy policy(void)
{
    return (struct evidence_policy){
        .leaf_ttl = 24 * HOUR, .sync_allowance = HOUR, .skew = 600, .period = HOUR
    };
}

static void the_reserve(void **state)
{
    const struct evidence_policy p = policy();

    (void)state;
    assert_int_equal(renewal_reserve(&p), 24 * HOUR + 4 * HOUR + 600);
}

/* clang-format off */
static const struct {
    const char *sentence;
    int64_t life;
    double ratio;
    int64_t window;
} windows[] = {
    { "a tenth of a year", 365 * DAY, 0.10, 365 * DAY / 10 },
    { "a quarter of 90 days", 90 * DAY, 0.25, 90 * DAY / 4 },
    { "a ratio that is no share counts as a tenth", 100 * DAY, 1.5, 10 * DAY },
    { "so does none", 100 * DAY, 0, 10 * DAY },
    { "a tenth of a week is less than the reserve", 7 * DAY, 0.10, 28 * HOUR + 600 },
    { "a life shorter than the reserve is not renewed in every pass", 30 * HOUR, 0.10, 20 * HOUR },
};
/* clang-format on */

static void windows_of_intermediates(void **state)
{
    const struct evidence_policy p = policy();

    (void)state;
    for (size_t i = 0; i < LENGTH(windows); i++) {
        const struct lifetime life = { 1000, 1000 + windows[i].life, windows[i].ratio };

        CASE(windows[i].sentence);
        assert_int_equal(renewal_window(life, &p), windows[i].window);
    }
}

/* At the start of the window or up to a quarter of it earlier, and always the same for one name. */
static void a_fleet_is_spread(void **state)
{
    const struct evidence_policy p = policy();
    const struct lifetime life = { 0, 365 * DAY, 0.10 };
    const int64_t latest = life.not_after - renewal_window(life, &p);
    int64_t first = latest, last = 0;

    (void)state;
    for (int i = 0; i < 200; i++) {
        char name[16];
        int64_t time;

        snprintf(name, sizeof name, "cluster-%d", i);
        time = renewal_time(life, &p, name);
        assert_int_equal(time, renewal_time(life, &p, name));
        assert_true(time <= latest && time >= latest - renewal_window(life, &p) / 4);
        first = time < first ? time : first;
        last = time > last ? time : last;
    }
    assert_true(last - first > renewal_window(life, &p) / 8);
}

static void roots(void **state)
{
    const struct evidence_policy p = policy();
    const struct lifetime year = { 0, 365 * DAY, 0.10 }, ten = { 0, 3650 * DAY, 0.10 };
    const int64_t gates = 3 * (24 * HOUR + 2 * HOUR + 600);

    (void)state;
    assert_int_equal(renewal_root_window(ten, 90 * DAY, 0.10, &p), 365 * DAY);
    assert_int_equal(renewal_root_window(year, 365 * DAY, 0.10, &p), gates + 365 * DAY / 10);
    assert_int_equal(renewal_root_least(90 * DAY, &p), 3 * (25 * HOUR + 600) + 90 * DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reserve),
        cmocka_unit_test(windows_of_intermediates),
        cmocka_unit_test(a_fleet_is_spread),
        cmocka_unit_test(roots),
    };

    return cmocka_run_group_tests_name("rotation/renewal", tests, NULL, NULL);
}
