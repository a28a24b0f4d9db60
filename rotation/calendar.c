/* rotation/calendar.c - windows and freezes as a function of time.  Pure: no clock, no files, no
 * keys.
 *
 * The search goes from one candidate to the next: a moment is right, or some cluster says when it
 * could be at the earliest, and nothing before that can be right, because that cluster is closed
 * until then.  Each candidate is later than the one before and is an end of a freeze or a beginning
 * of a window, so there are few in a year.  What two clusters never allow together is found by the
 * bound. */
#include "rotation/calendar.h"
#include "base/text.h"

enum { SEARCHED = 366 * CALENDAR_DAY, MONDAY = 4 /* 1970-01-05 */ };

static bool lists(const char *const *names, size_t count, const char *name)
{
    return count == 0 || text_listed(names, count, name);
}

static bool concerns(const struct calendar_scope *scope, const char *virtual_mesh,
                     const char *cluster)
{
    return lists(scope->virtual_meshes, scope->virtual_mesh_count, virtual_mesh)
           && lists(scope->clusters, scope->cluster_count, cluster);
}

static const struct calendar_freeze *freeze_at(const struct calendar *calendar,
                                               const char *virtual_mesh, const char *cluster,
                                               int64_t at)
{
    for (size_t i = 0; i < calendar->freeze_count; i++) {
        const struct calendar_freeze *freeze = &calendar->freezes[i];

        if (at >= freeze->from && at < freeze->to
            && concerns(&freeze->scope, virtual_mesh, cluster))
            return freeze;
    }
    return NULL;
}

static int64_t day_of(int64_t at)
{
    return at >= 0 ? at / CALENDAR_DAY : -((CALENDAR_DAY - 1 - at) / CALENDAR_DAY);
}

static bool is_on(const struct calendar_window *window, int64_t day)
{
    const int64_t weekday = ((day - MONDAY) % CALENDAR_DAYS + CALENDAR_DAYS) % CALENDAR_DAYS;

    return !window->days || (window->days >> weekday & 1);
}

/* The first moment from `at` on that is in the window: it may have begun on the day before. */
static int64_t window_opens(const struct calendar_window *window, int64_t at)
{
    const int64_t length =
        window->to - window->from + (window->to <= window->from ? CALENDAR_DAY : 0);

    for (int64_t day = day_of(at) - 1; day <= day_of(at) + CALENDAR_DAYS; day++) {
        const int64_t begin = day * CALENDAR_DAY + window->from;

        if (is_on(window, day) && begin + length > at)
            return begin > at ? begin : at;
    }
    return CALENDAR_NEVER;
}

/* When one cluster could be changed: `at` itself, or later. */
static int64_t cluster_opens(const struct calendar *calendar, const char *virtual_mesh,
                             const char *cluster, int64_t at)
{
    const struct calendar_freeze *freeze = freeze_at(calendar, virtual_mesh, cluster, at);
    int64_t first = CALENDAR_NEVER;
    bool any = false;

    if (freeze)
        return freeze->to;
    for (size_t i = 0; i < calendar->window_count; i++) {
        const struct calendar_window *window = &calendar->windows[i];
        int64_t opens;

        if (!concerns(&window->scope, virtual_mesh, cluster))
            continue;
        any = true;
        opens = window_opens(window, at);
        if (opens < first)
            first = opens;
    }
    return any ? first : at;
}

int64_t calendar_opens(const struct calendar *calendar, const struct calendar_subject *subject,
                       int64_t at)
{
    int64_t moment = at;
    bool closed = calendar != NULL;

    while (closed) {
        closed = false;
        for (size_t i = 0; i < subject->cluster_count && !closed; i++) {
            const int64_t opens =
                cluster_opens(calendar, subject->virtual_mesh, subject->clusters[i], moment);

            if (opens == CALENDAR_NEVER || opens - at > SEARCHED)
                return CALENDAR_NEVER;
            closed = opens > moment;
            moment = opens;
        }
    }
    return moment;
}

bool calendar_is_open(const struct calendar *calendar, const struct calendar_subject *subject,
                      int64_t at)
{
    return calendar_opens(calendar, subject, at) == at;
}

const char *calendar_reason(const struct calendar *calendar, const struct calendar_subject *subject,
                            int64_t at)
{
    for (size_t i = 0; calendar && i < subject->cluster_count; i++) {
        const struct calendar_freeze *freeze =
            freeze_at(calendar, subject->virtual_mesh, subject->clusters[i], at);

        if (freeze)
            return freeze->reason;
    }
    return "";
}
