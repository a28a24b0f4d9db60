/* app/progress.h - tells people on a terminal, and machines in a log, how far a pass is. */
#ifndef WEFT_APP_PROGRESS_H
#define WEFT_APP_PROGRESS_H

#include "base/log.h"
#include <stdio.h>

struct options;

enum { STAGES_MAX = 16 };

struct progress {
    struct log log;
    bool people;         /* lines for people instead of events */
    bool terminal;       /* lines may be redrawn */
    bool color;          /* warnings and errors stand out */
    const char *stage;   /* the one under way; NULL: none */
    int64_t stage_began; /* monotonic milliseconds */
    int64_t drawn;       /* when a line was begun that has no end yet; 0: there is none */
    struct stage_time {
        const char *stage;
        int64_t ms;
    } took[STAGES_MAX]; /* stages that ended */
    size_t took_count;
};

/* From --log-format, -q and -v; "auto" means people when stderr is a terminal. */
struct progress progress_start(const struct options *options);
/* A stage begins (which wipes the line of a stage that ended without a result), ends with what came
 * of it, or fails.  Its time is shown when it took over a second. */
void progress_begin(struct progress *progress, const char *stage);
void progress_step(struct progress *progress, size_t done, size_t of,
                   const char *what); /* "issue 3/40 keys" */
void progress_end(struct progress *progress, const char *fmt, ...) PRINTF_LIKE(2, 3);
void progress_warn(struct progress *progress, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Something was refused; the pass continues. */
void progress_error(struct progress *progress, const char *text);
void progress_fail(struct progress *progress, const char *text);
void progress_note(struct progress *progress, const char *fmt, ...) PRINTF_LIKE(2, 3); /* -v */
/* Wipes what is drawn, so that other output begins on a line of its own. */
void progress_clear(struct progress *progress);

#endif
