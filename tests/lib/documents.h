/* tests/lib/documents.h - what becomes of a stream of YAML: its documents as JSON, then its
 * mistakes. */
#ifndef WEFT_TESTS_LIB_DOCUMENTS_H
#define WEFT_TESTS_LIB_DOCUMENTS_H

#include "tests/lib/check.h"

#include "base/write_json.h"

/* All documents of text as JSON lines, then the diags. */
static inline const char *documents_read(const char *text, size_t len, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    AUTO_TEXT out = { 0 };
    AUTO(parse_yaml_close)
    struct yaml_reader *reader = parse_yaml_open("t.yaml", text, len, &diags);
    const struct node *node;
    int got;

    text_adds(&out, "");
    while ((got = parse_yaml_next(reader, &node, arena)) > 0) {
        write_json(&out, node, false);
        text_addc(&out, '\n');
    }
    text_adds(&out, diags_text(&diags));
    if (got < 0) {
        size_t errors = diags.errors;

        text_adds(&out, "unreadable\n");
        assert_true(errors >= 1);
        assert_int_equal(parse_yaml_next(reader, &node, arena), -1); /* and no second diag */
        assert_int_equal(diags.errors, errors);
    }
    return arena_text(arena, out.bytes);
}

/* The first line of the diags of a stream that cannot be read, and nothing else came of it. */
static inline const char *documents_refusal(const char *text, size_t len, struct arena *arena)
{
    char *all = arena_text(arena, documents_read(text, len, arena)), *end = strchr(all, '\n');

    assert_non_null(end);
    assert_string_equal(end, "\nunreadable\n");
    *end = '\0';
    return all;
}

/* One row of a table: a stream, and all that becomes of it. */
struct documents_row {
    const char *sentence, *text, *want;
};

static inline void documents_check(const struct documents_row *rows, size_t count, const char *end)
{
    AUTO(arena_free) struct arena *arena = arena_new();

    for (size_t i = 0; i < count; i++) {
        CASE(rows[i].sentence);
        assert_string_equal(documents_read(rows[i].text, strlen(rows[i].text), arena),
                            arena_printf(arena, "%s%s", rows[i].want, end));
    }
}

#endif
