/* base/visible.h - text from outside in visible form, as vis(3) and OpenSSH write it. */
#ifndef WEFT_BASE_VISIBLE_H
#define WEFT_BASE_VISIBLE_H

#include "base/arena.h"
#include "base/text.h"

/* File names, messages of servers, reasons of operators: whatever is shown as text (terminal, log,
 * table, Markdown, error) and was not written by us goes through here, once or more often: what is
 * visible stays as it is.  JSON has its own escapes.
 *
 * Control bytes, C1 controls (U+0080 to U+009F), line and paragraph separators, marks that turn the
 * direction of text (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), the byte order
 * mark, and bytes that are no UTF-8 are written as \n, \r, \t, or each byte as three octal digits
 * (\033). */
enum { VISIBLE_MAX = 16 }; /* bytes that one character may become */
/* The next character of bytes, of which there is at least one; *len gets the length of its visible
 * form in out.  Returns how many bytes it took. */
size_t visible_next(char out[VISIBLE_MAX], size_t *out_len, const char *bytes, size_t len);

/* Appends text.  At the start of a line of out, "::" and "##", with which CI systems mark commands
 * to their runners, lose their first character to its octal form. */
void visible_add(struct text *out, const char *text);
char *visible_text(const char *text, struct arena *arena); /* the same, as a line of its own */

#endif
