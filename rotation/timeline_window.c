/* rotation/timeline_window.c - when a step of the future finds its window.  Pure.
 *
 * Both walks ask window_opens, the rule by which a pass decides.  A pass may come the moment that a
 * window opens, so the earliest walk goes there.  The latest one knows only that a pass comes
 * within the period that ends where it stands.  When that period is not open from beginning to end,
 * the commit is left to the first pass after the next opening, which comes within another period;
 * a window that is shorter than a period may be missed by every pass, and then there is no latest
 * date. */
#include "rotation/timeline_window.h"
#include "rotation/private.h"

static void advance(const struct timeline_pace *pace, struct timeline_walk *walk, int64_t to)
{
    const int64_t time = to - walk->at;

    walk->gate += pace->gain >= pace->period ? time : time / pace->period * pace->gain;
    walk->at = to;
}

static int64_t opens(const struct timeline_pace *pace, int64_t at)
{
    return window_opens(pace->r, pace->facts, at, pace->arena);
}

bool timeline_window_earliest(const struct timeline_pace *pace, struct timeline_walk *walk)
{
    const int64_t first = opens(pace, walk->at);
    const bool waits = first > walk->at;

    if (first == CALENDAR_NEVER)
        walk->endless = true;
    else if (waits)
        advance(pace, walk, first);
    return waits;
}

bool timeline_window_latest(const struct timeline_pace *pace, struct timeline_walk *walk)
{
    const int64_t begin = walk->at - pace->period, first = opens(pace, walk->at);

    if (walk->endless || (opens(pace, begin) == begin && first == walk->at))
        return false;
    if (first == CALENDAR_NEVER || opens(pace, first + pace->period) != first + pace->period)
        walk->endless = true;
    else
        advance(pace, walk, first + pace->period);
    return true;
}

bool timeline_window_both(const struct timeline_pace *pace, struct timeline_walk *earliest,
                          struct timeline_walk *latest)
{
    const bool first = timeline_window_earliest(pace, earliest);

    latest->endless |= earliest->endless;
    return timeline_window_latest(pace, latest) || first;
}
