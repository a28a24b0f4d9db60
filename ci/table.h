/* ci/table.h - columns of text for a terminal, as kubectl prints them, or as a Markdown table. */
#ifndef WEFT_CI_TABLE_H
#define WEFT_CI_TABLE_H

#include "base/arena.h"
#include "base/text.h"

struct table {
    struct arena *arena;
    size_t columns;
    const char **cells; /* row after row, the header first */
    size_t count;
};

struct table table_new(struct arena *arena, size_t columns, const char *const *header);
void table_cell(struct table *table,
                const char *text); /* the next cell; NULL and "" print as "-" */
void table_cellf(struct table *table, const char *fmt, ...) PRINTF_LIKE(2, 3);
void table_print(struct text *out, const struct table *table);
void table_markdown(struct text *out, const struct table *table);

#endif
