/* ci/table.c - aligns cells; three blanks between columns, none at the end of a line.
 *
 * Cells are made visible when they are added: control characters of a name could otherwise move
 * the cursor or recolor a line of a terminal. Widths count bytes. Names of Kubernetes are ASCII,
 * so columns align for what people compare; another text shifts its own line only. An empty cell
 * is "-", so that awk counts the same columns in every line. */
#include "ci/table.h"
#include "base/visible.h"
#include "ci/markdown.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { GAP = 3 };

struct table table_new(struct arena *arena, size_t columns, const char *const *header)
{
    struct table table = { .arena = arena, .columns = columns };

    assert(columns);
    for (size_t i = 0; i < columns; i++)
        table_cell(&table, header[i]);
    return table;
}

void table_cell(struct table *table, const char *text)
{
    *ARENA_PUSH(table->arena, table->cells, table->count) =
        text_empty(text) ? "-" : visible_text(text, table->arena);
}

void table_cellf(struct table *table, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    table_cell(table, arena_vprintf(table->arena, fmt, args));
    va_end(args);
}

static size_t column_width(const struct table *table, size_t column)
{
    size_t width = 0;

    for (size_t i = column; i < table->count; i += table->columns)
        if (strlen(table->cells[i]) > width)
            width = strlen(table->cells[i]);
    return width;
}

void table_print(struct text *out, const struct table *table)
{
    size_t *widths = ARENA_NEW(table->arena, size_t, table->columns);

    assert(table->columns);
    for (size_t c = 0; c < table->columns; c++)
        widths[c] = column_width(table, c);
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->columns;

        if (column + 1 < table->columns)
            text_addf(out, "%-*s", (int)(widths[column] + GAP), table->cells[i]);
        else
            text_addf(out, "%s\n", table->cells[i]);
    }
}

void table_markdown(struct text *out, const struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        text_adds(out, i % table->columns ? " | " : "| ");
        markdown_add(out, table->cells[i]);
        if ((i + 1) % table->columns)
            continue;
        text_adds(out, " |\n");
        if (i + 1 != table->columns)
            continue;
        for (size_t c = 0; c < table->columns; c++)
            text_adds(out, c ? " --- |" : "| --- |");
        text_addc(out, '\n');
    }
}
