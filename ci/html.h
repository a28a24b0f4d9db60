/* ci/html.h - one page of HTML that needs nothing else: no foreign script, style, font or image. */
#ifndef WEFT_CI_HTML_H
#define WEFT_CI_HTML_H

#include "base/arena.h"
#include "base/text.h"

/* Appends text so that it shows as it is, in an element or a quoted attribute of HTML or XML. */
void html_text(struct text *out, const char *text);

/* A section in the list at the top. */
struct html_section {
    const char *id, *title; /* constants */
};
/* The page up to its first section.  Its policy (Content-Security-Policy) lets no other script run
 * than the search, which hides what is of class "row" and does not contain the words. */
void html_begin(struct text *out, const char *title, const struct html_section *sections,
                size_t count);
void html_end(struct text *out);
void html_section_begin(struct text *out, const struct html_section *section);
void html_section_end(struct text *out);

/* A table in a box that scrolls and can be reached by keyboard. */
void html_table_begin(struct text *out, const char *caption, const char *const *header,
                      size_t count);
/* A row; its first cell is its header. */
void html_table_row(struct text *out, const char *const *cells, size_t count);
void html_table_end(struct text *out);

#endif
