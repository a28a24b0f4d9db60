/* rotation/calendar.h - when steps and restarts may go out: windows of the week, and freezes by
 * date, all in UTC.  Pure.
 *
 * A change of several clusters goes out when it may go out in each of them.  Where no window is
 * about a cluster, any time is right for it; where some are, one of them has to be open.  A freeze
 * closes whatever it is about. */
#ifndef WEFT_ROTATION_CALENDAR_H
#define WEFT_ROTATION_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a window or a freeze is about: empty lists are about everything; with both, a cluster counts
 * as part of a virtual mesh. */
struct calendar_scope {
    const char *const *virtual_meshes; /* "namespace/name" */
    size_t virtual_mesh_count;
    const char *const *clusters;
    size_t cluster_count;
};

enum { CALENDAR_DAYS = 7, CALENDAR_DAY = 86400 };
struct calendar_window {
    uint32_t days;    /* bit 0: Monday; none: every day */
    int64_t from, to; /* seconds of the day; to not after from: it ends on the next day */
    struct calendar_scope scope;
};
struct calendar_freeze {
    int64_t from, to;   /* seconds since 1970; to is the first moment after it */
    const char *reason; /* "" */
    struct calendar_scope scope;
};
struct calendar {
    const struct calendar_window *windows;
    size_t window_count;
    const struct calendar_freeze *freezes;
    size_t freeze_count;
};

/* What is to change. */
struct calendar_subject {
    const char *virtual_mesh; /* "namespace/name" */
    const char *const *clusters;
    size_t cluster_count;
};

#define CALENDAR_NEVER INT64_MAX
/* The first moment from `at` on when it may go out, seconds since 1970; CALENDAR_NEVER: none within
 * a year. */
int64_t calendar_opens(const struct calendar *calendar, const struct calendar_subject *subject,
                       int64_t at);
bool calendar_is_open(const struct calendar *calendar, const struct calendar_subject *subject,
                      int64_t at);
/* The reason of the freeze that is on at that moment; "": none is, or it has none. */
const char *calendar_reason(const struct calendar *calendar, const struct calendar_subject *subject,
                            int64_t at);

#endif
