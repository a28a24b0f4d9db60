/* app/config_calendar.c - the keys of rotation.windows and freeze, one row each, and their texts as
 * times.  All in UTC, because clusters and operators are in several places, and summer time would
 * make a window come twice or never. */
#include "app/config_calendar.h"
#include "base/clock.h"
#include "base/decode_value.h"
#include "base/enums.h"
#include "base/text.h"
#include <string.h>

static const char *const day_names[CALENDAR_DAYS] = { "mon", "tue", "wed", "thu",
                                                      "fri", "sat", "sun" };
static const struct enum_table days = ENUM_TABLE(day_names);

/* "08:30"; "24:00" is the end of the day.  In seconds; -1: not such a time. */
static int64_t time_of_day(const char *text)
{
    int64_t hours, minutes;

    if (strlen(text) != 5 || text[2] != ':' || strspn(text, "0123456789:") != 5)
        return -1;
    hours = (text[0] - '0') * 10 + text[1] - '0';
    minutes = (text[3] - '0') * 10 + text[4] - '0';
    return minutes < 60 && hours * 60 + minutes <= 24 * 60 ? (hours * 60 + minutes) * 60 : -1;
}

/* "2026-12-20", which is a whole day, or a time as RFC 3339 has it.  False: neither. */
static bool read_moment(int64_t *begin, int64_t *end, const char *text, struct arena *arena)
{
    if (clock_parse(text, begin)) {
        *end = *begin;
        return true;
    }
    if (!clock_parse(arena_printf(arena, "%sT00:00:00Z", text), begin))
        return false;
    *end = *begin + CALENDAR_DAY;
    return true;
}

static void check_day(const struct at *at, const char *day)
{
    if (enums_find(&days, day) < 0)
        at_error(at, "must be mon, tue, wed, thu, fri, sat or sun");
}

static void check_time(const struct at *at, const char *text)
{
    if (*text && time_of_day(text) < 0)
        at_error(at, "must be a time of the day in UTC, in quotes, such as \"08:30\"");
}

static void check_moment(const struct at *at, const char *text)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    int64_t begin, end;

    if (*text && !read_moment(&begin, &end, text, arena))
        at_error(at, "must be a day such as 2026-12-20, or a time such as 2026-12-20T18:00:00Z");
}

static void check_name(const struct at *at, const char *name)
{
    if (!strchr(name, '/'))
        at_error(at, "must be NAMESPACE/NAME of a VirtualMesh");
}

static void check_freeze(const struct at *at, void *object)
{
    const struct config_freeze *freeze = object;
    AUTO(arena_free) struct arena *arena = arena_new();
    int64_t from, to, begin, end;

    if (read_moment(&from, &end, freeze->from, arena) && read_moment(&begin, &to, freeze->to, arena)
        && to <= from)
        at_error(at, "ends before it begins");
}

#define SCOPE_ROWS(of)                                                                             \
    ROW_TEXTS(of, "virtualMeshes", scope.virtual_meshes, scope.virtual_mesh_count,                 \
              .check_text = check_name,                                                            \
              .doc = "Only these virtual meshes, as NAMESPACE/NAME; none: all."),                  \
        ROW_TEXTS(of, "clusters", scope.clusters, scope.cluster_count,                             \
                  .doc = "Only these clusters; none: all.")

static const struct schema_field config_window_fields[] = {
    ROW_TEXTS(struct config_window, "days", days, day_count, .check_text = check_day,
              .doc = "`mon` to `sun`, the days that it begins on; none: every day."),
    ROW_TEXT(struct config_window, "from", from, .need = "write when it begins, such as \"08:00\"",
             .check_text = check_time, .example = "08:00", .doc = "When it begins, in UTC."),
    ROW_TEXT(struct config_window, "to", to, .need = "write when it ends, such as \"16:00\"",
             .check_text = check_time, .example = "16:00",
             .doc = "When it ends, in UTC; not after `from`: on the next day."),
    SCOPE_ROWS(struct config_window),
};
const struct schema config_window_schema = { .name = "Window",
                                             .doc = "A time of the week when steps may go out.",
                                             .size = sizeof(struct config_window),
                                             SCHEMA_FIELDS(config_window_fields) };

static const struct schema_field config_freeze_fields[] = {
    ROW_TEXT(struct config_freeze, "from", from, .need = "write its first day, such as 2026-12-20",
             .check_text = check_moment, .example = "2026-12-20",
             .doc = "Its first day, or its first moment, in UTC."),
    ROW_TEXT(struct config_freeze, "to", to, .need = "write its last day, such as 2027-01-03",
             .check_text = check_moment, .example = "2027-01-03",
             .doc = "Its last day, or the moment that it ends, in UTC."),
    ROW_TEXT(struct config_freeze, "reason", reason, .absent = "none",
             .doc = "Why, for those who read what waits."),
    SCOPE_ROWS(struct config_freeze),
};
const struct schema config_freeze_schema = { .name = "Freeze",
                                             .doc = "A time when no step goes out.",
                                             .size = sizeof(struct config_freeze),
                                             SCHEMA_FIELDS(config_freeze_fields),
                                             .check = check_freeze };

/* --- as a calendar --- */

static struct calendar_window window_of(const struct config_window *from)
{
    struct calendar_window out = { .from = time_of_day(from->from),
                                   .to = time_of_day(from->to),
                                   .scope = from->scope };

    for (size_t i = 0; i < from->day_count; i++) {
        const int day = enums_find(&days, from->days[i]);

        if (day >= 0)
            out.days |= UINT32_C(1) << day;
    }
    return out;
}

static struct calendar_freeze freeze_of(const struct config_freeze *from, struct arena *arena)
{
    struct calendar_freeze out = { .reason = from->reason, .scope = from->scope };
    int64_t unused;

    if (!read_moment(&out.from, &unused, from->from, arena)
        || !read_moment(&unused, &out.to, from->to, arena))
        out.from = out.to = 0;
    return out;
}

const struct calendar *config_calendar(const struct config_window *windows, size_t window_count,
                                       const struct config_freeze *freezes, size_t freeze_count,
                                       struct arena *arena)
{
    struct calendar_window *week = ARENA_NEW(arena, struct calendar_window, window_count + 1);
    struct calendar_freeze *dates = ARENA_NEW(arena, struct calendar_freeze, freeze_count + 1);
    struct calendar *out = ARENA_NEW(arena, struct calendar, 1);

    for (size_t i = 0; i < window_count; i++)
        week[i] = window_of(&windows[i]);
    for (size_t i = 0; i < freeze_count; i++)
        dates[i] = freeze_of(&freezes[i], arena);
    *out = (struct calendar){ week, window_count, dates, freeze_count };
    return window_count || freeze_count ? out : NULL;
}
