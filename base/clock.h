/* base/clock.h - times as seconds since 1970 UTC, and their text (RFC 3339).  Reading the clock is
 * the shell's. */
#ifndef WEFT_BASE_CLOCK_H
#define WEFT_BASE_CLOCK_H

#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

/* "2026-11-23T11:00:00Z" (an offset and a fraction are allowed); false: not such a time. */
bool clock_parse(const char *text, int64_t *out);
const char *clock_text(int64_t seconds, struct arena *arena);
/* "Mon, 23 Nov 2026 11:00:00 GMT" (RFC 9110, 5.6.7: the form that servers send); 0: NULL or not
 * such a date. */
int64_t clock_parse_http_date(const char *text);
/* "3d 4h", "2h 5m", "12s": two units at most, for messages. */
const char *clock_duration_text(int64_t seconds, struct arena *arena);
/* The real clock: for commands, logs and time limits.  Decisions get the time as an argument. */
int64_t clock_now(void);
int64_t clock_monotonic_ms(void);

#endif
