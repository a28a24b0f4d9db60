/* base/moment.h - times as people type them on a command line. */
#ifndef WEFT_BASE_MOMENT_H
#define WEFT_BASE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds since 1970: RFC 3339 ("2026-11-23T11:00:00+01:00"), a day or a minute in UTC
 * ("2026-11-23", "2026-11-23 11:00", "2026-11-23 11:00:30"), "now", "yesterday", or as git's
 * approxidate "2 days ago", "3.weeks.ago" (second, minute, hour, day, week), counted from now.
 * False: none of these. */
bool moment_parse(const char *text, int64_t now, int64_t *out);
#define MOMENT_FORMS                                                                               \
    "2026-11-23T11:00:00Z, 2026-11-23, \"2026-11-23 11:00\" (UTC) or \"2 days ago\""

#endif
