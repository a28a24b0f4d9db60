/* app/config_calendar.h - rotation.windows and freeze: when steps and restarts may go out. */
#ifndef WEFT_APP_CONFIG_CALENDAR_H
#define WEFT_APP_CONFIG_CALENDAR_H

#include "api/schema.h"
#include "rotation/calendar.h"

/* As they are written. */
struct config_window {
    const char *const *days;
    size_t day_count;
    const char *from, *to;
    struct calendar_scope scope;
};
struct config_freeze {
    const char *from, *to, *reason;
    struct calendar_scope scope;
};

extern const struct schema config_window_schema, config_freeze_schema;

/* Both as a calendar, in the arena; NULL: neither is given.  What is not sound was reported when it
 * was decoded. */
const struct calendar *config_calendar(const struct config_window *windows, size_t window_count,
                                       const struct config_freeze *freezes, size_t freeze_count,
                                       struct arena *arena);

#endif
