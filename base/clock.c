/* base/clock.c - RFC 3339 times and durations; the functions that read the clock come last. */
#include "base/clock.h"

#include "base/text.h"
#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

/* Days since 1970-01-01 of a date of the Gregorian calendar; years begin in March so that a leap
 * day comes last. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The other way round. */
static void date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;

    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = y + era * 400 + (*month <= 2);
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    static const int64_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

/* Exactly count digits at *p within min and max, then steps past them. */
static bool take_number(const char **p, int count, int64_t min, int64_t max, int64_t *out)
{
    int64_t value = 0;

    for (int i = 0; i < count; i++) {
        if (!is_digit((*p)[i]))
            return false;
        value = value * 10 + ((*p)[i] - '0');
    }
    *p += count;
    *out = value;
    return value >= min && value <= max;
}

static bool take_char(const char **p, char c)
{
    if (to_lower(**p) != c)
        return false;
    ++*p;
    return true;
}

/* "Z" or "+01:30", as seconds east of UTC. */
static bool take_offset(const char **p, int64_t *out)
{
    int64_t hours, minutes;
    bool west = **p == '-';

    *out = 0;
    if (take_char(p, 'z'))
        return true;
    if (**p != '+' && **p != '-')
        return false;
    ++*p;
    if (!take_number(p, 2, 0, 23, &hours) || !take_char(p, ':')
        || !take_number(p, 2, 0, 59, &minutes))
        return false;
    *out = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

bool clock_parse(const char *text, int64_t *out)
{
    int64_t year, month, day, hour, minute, second, offset;
    const char *p = text;

    if (!p || !take_number(&p, 4, 0, 9999, &year) || !take_char(&p, '-')
        || !take_number(&p, 2, 1, 12, &month) || !take_char(&p, '-')
        || !take_number(&p, 2, 1, days_in_month(year, month), &day) || !take_char(&p, 't')
        || !take_number(&p, 2, 0, 23, &hour) || !take_char(&p, ':')
        || !take_number(&p, 2, 0, 59, &minute) || !take_char(&p, ':')
        || !take_number(&p, 2, 0, 60, &second)) /* 60: a leap second */
        return false;
    if (take_char(&p, '.')) {
        if (!is_digit(*p))
            return false;
        while (is_digit(*p))
            p++;
    }
    if (!take_offset(&p, &offset) || *p)
        return false;
    *out = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
    return true;
}

int64_t clock_parse_http_date(const char *text)
{
    struct tm parts = { 0 };
    const char *end = text ? strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &parts) : NULL;

    return end && !*end ? (int64_t)timegm(&parts) : 0;
}

const char *clock_text(int64_t seconds, struct arena *arena)
{
    int64_t days = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - days * 86400;
    int64_t year, month, day;

    date_of(days, &year, &month, &day);
    return arena_printf(arena,
                        "%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64
                        ":%02" PRId64 "Z",
                        year, month, day, rest / 3600, rest / 60 % 60, rest % 60);
}

const char *clock_duration_text(int64_t seconds, struct arena *arena)
{
    static const struct {
        int64_t seconds;
        char name;
    } units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
    const char *sign = seconds < 0 ? "-" : "";
    uint64_t left = seconds < 0 ? -(uint64_t)seconds : (uint64_t)seconds, count, next;
    size_t i = 0;

    while (i + 1 < LENGTH(units) && left < (uint64_t)units[i].seconds)
        i++;
    count = left / (uint64_t)units[i].seconds;
    next = i + 1 < LENGTH(units)
               ? left % (uint64_t)units[i].seconds / (uint64_t)units[i + 1].seconds
               : 0;
    if (!next)
        return arena_printf(arena, "%s%" PRIu64 "%c", sign, count, units[i].name);
    return arena_printf(arena, "%s%" PRIu64 "%c %" PRIu64 "%c", sign, count, units[i].name, next,
                        units[i + 1].name);
}

int64_t clock_now(void) { return (int64_t)time(NULL); }

int64_t clock_monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
