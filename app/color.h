/* app/color.h - color on terminals.
 * Not for: information that the text does not give without color. */
#ifndef WEFT_APP_COLOR_H
#define WEFT_APP_COLOR_H

#include "app/options.h"
#include "base/text.h"

enum color { COLOR_PLAIN, COLOR_BOLD, COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_CYAN };

/* Whether what is written to fd is colored: by --color; when it is "auto", on a terminal, unless
 * NO_COLOR is set (https://no-color.org) or TERM is "dumb". */
bool color_wanted(const struct options *options, int fd);
/* The escape sequence that begins a color; COLOR_PLAIN ends it. */
const char *color_code(enum color color);
/* Adds lines of a table, list or diff in color: errors ("! "), warnings ("- "), the first sentence
 * of a status, and what a diff adds and removes. */
void color_lines(struct text *out, const char *lines);

#endif
