/* rotation/clock.c - time that is known to have gone by.  Pure: reads no clock itself.
 *
 * Gates wait for leaves to expire, and a wait that is cut short lets two clusters refuse each
 * other, so the clock of gates may be late and must never be early.  It only advances, by the
 * smaller of what two independent clocks say has gone by since the last pass; with one clock alone
 * by CLOCK_UNCONFIRMED at most, whatever that clock says. */
#include "rotation/clock.h"

#include <assert.h>

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

bool rotation_clock_agrees(const struct rotation_time *time)
{
    int64_t apart = time->local - time->second;

    return time->second != 0 && apart <= CLOCK_UNCONFIRMED && apart >= -CLOCK_UNCONFIRMED;
}

/* How much may be added.  Sources must have agreed at both ends: an interval whose start was wrong
 * is wrong, too. */
static int64_t gone_by(const struct rotation_clock *was, const struct rotation_time *time)
{
    int64_t local = time->local - was->local, least;

    if (time->trusted)
        least = local;
    else if (was->agreed && rotation_clock_agrees(time))
        least = smaller(local, time->second - was->second);
    else
        least = smaller(local, CLOCK_UNCONFIRMED);
    return least > 0 ? least : 0;
}

struct rotation_clock rotation_clock_next(const struct rotation_clock *was,
                                          const struct rotation_time *time, bool *behind)
{
    int64_t latest = time->second > time->commits ? time->second : time->commits;

    assert(gone_by(was, time) >= 0);
    *behind = time->local + CLOCK_UNCONFIRMED < latest;
    return (struct rotation_clock){
        .gate = was->gate == 0 ? time->local : was->gate + gone_by(was, time),
        .local = time->local,
        .second = time->second,
        .agreed = rotation_clock_agrees(time),
    };
}

int64_t rotation_clock_gain(const struct rotation_time *time, int64_t period)
{
    const struct rotation_clock was = { .local = time->local,
                                        .second = time->second,
                                        .agreed = rotation_clock_agrees(time) };
    struct rotation_time later = *time;

    later.local += period;
    later.second += time->second ? period : 0;
    return gone_by(&was, &later);
}

enum { CLOCK_DAY = 86400, CLOCK_YEAR = 366 * CLOCK_DAY };

enum clock_doubt rotation_clock_doubt(const struct rotation_clock *was,
                                      const struct rotation_time *time)
{
    int64_t newest = was->local > time->commits ? was->local : time->commits;
    int64_t early = time->second != 0 ? time->second : was->local;
    int64_t late = time->second != 0 ? time->second + CLOCK_DAY : newest + CLOCK_YEAR;

    if (time->trusted)
        return CLOCK_PLAUSIBLE;
    if (early != 0 && time->local < early - CLOCK_DAY)
        return CLOCK_BEHIND;
    return (time->second != 0 || newest != 0) && time->local > late ? CLOCK_AHEAD : CLOCK_PLAUSIBLE;
}
