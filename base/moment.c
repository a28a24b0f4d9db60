/* base/moment.c - reads times of a command line.  Reads no clock and no time zone. */
#include "base/moment.h"
#include "base/clock.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 64, DAY = 24 * 3600, DAY_LEN = 10, MINUTE_LEN = 16, SECOND_LEN = 19 };

/* "2026-11-23", "2026-11-23 11:00", "2026-11-23 11:00:30". */
static bool parse_utc(const char *text, int64_t *out)
{
    static const char *const rest[] = { "T00:00:00Z", ":00Z", "Z" };
    static const size_t lengths[] = { DAY_LEN, MINUTE_LEN, SECOND_LEN };
    const size_t len = strlen(text);
    char full[SECOND_LEN + 2];

    for (size_t i = 0; i < LENGTH(lengths); i++) {
        if (len != lengths[i])
            continue;
        snprintf(full, sizeof full, "%s%s", text, rest[i]);
        if (len > DAY_LEN && full[DAY_LEN] == ' ')
            full[DAY_LEN] = 'T';
        return clock_parse(full, out);
    }
    return false;
}

static bool unit_of(const char *word, int64_t *seconds)
{
    static const struct {
        const char *one, *many;
        int64_t seconds;
    } units[] = {
        { "second", "seconds", 1 },
        { "minute", "minutes", 60 },
        { "hour", "hours", 3600 },
        { "day", "days", DAY },
        { "week", "weeks", INT64_C(7) * DAY },
    };

    for (size_t i = 0; i < LENGTH(units); i++)
        if (text_equal(word, units[i].one) || text_equal(word, units[i].many)) {
            *seconds = units[i].seconds;
            return true;
        }
    return false;
}

/* "2 days ago", "2.days.ago". */
static bool parse_ago(const char *text, int64_t now, int64_t *out)
{
    char words[WORDS_MAX], *save = NULL;
    const char *number, *unit, *ago;
    int64_t count, seconds;

    if (strlen(text) >= sizeof words)
        return false;
    snprintf(words, sizeof words, "%s", text);
    number = strtok_r(words, " .", &save);
    unit = strtok_r(NULL, " .", &save);
    ago = strtok_r(NULL, " .", &save);
    if (!number || !unit || !text_equal(ago, "ago") || strtok_r(NULL, " .", &save)
        || !parse_int(number, 0, 1000000, &count) || !unit_of(unit, &seconds))
        return false;
    *out = now - count * seconds;
    return true;
}

bool moment_parse(const char *text, int64_t now, int64_t *out)
{
    if (text_equal(text, "now") || text_equal(text, "yesterday")) {
        *out = now - (*text == 'y' ? DAY : 0);
        return true;
    }
    return clock_parse(text, out) || parse_utc(text, out) || parse_ago(text, now, out);
}
