/* base/error_lines.h - what a program of others prints as its errors, passed on in visible form and
 * within a budget. */
#ifndef WEFT_BASE_ERROR_LINES_H
#define WEFT_BASE_ERROR_LINES_H

#include "base/text.h"

/* Of one run of a program, in bytes as it printed them.  More is thrown away, and said. */
enum { ERROR_LINES_MAX = 16 * 1024 };

/* Starts as { name, fd }. */
struct error_lines {
    const char *name; /* begins each line */
    int fd;           /* where lines go; one write for each */
    struct text line; /* begun, not yet ended */
    size_t taken;
    bool cut;
};

/* Passes whole lines on; keeps the rest for later. */
void error_lines_take(struct error_lines *lines, const char *bytes, size_t len);
/* The last line, also when it has no end, and whether something was cut.  Releases memory. */
void error_lines_end(struct error_lines *lines);

#endif
