/* base/log.h - events on stderr, one a line.  Only app/ and k8s-job/ log;
 * others return. */
#ifndef WEFT_BASE_LOG_H
#define WEFT_BASE_LOG_H

#include "base/compiler.h"
#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_LINES, LOG_JSON };

/* How a process logs; handed to those who log.  There is no formatter for secrets. */
struct log {
    enum log_level level; /* what is less important is not shown */
    enum log_format format;
    int fd;
};

/* "info fetched repository=... commit=..." or {"time":...,"level":"info","event":"fetched",...}.
 * Fields are pairs of texts, key then value, ended by NULL; values are quoted where they need it (a
 * NULL value ends the fields).  One write for each line. */
void log_event(const struct log *log, enum log_level level, const char *event, ...)
    __attribute__((sentinel));

#endif
