/* tests/lib/decoding.h - a document that is ready to be decoded. */
#ifndef WEFT_TESTS_LIB_DECODING_H
#define WEFT_TESTS_LIB_DECODING_H

#include "tests/lib/check.h"

#include "base/decode.h"
#include "base/intern.h"

/* All that decoding one document needs; free the arena of diags. */
struct bench {
    struct diags diags;
    struct decoder with;
    struct at root;
};

static inline struct arena *bench_open(struct bench *bench, const char *text)
{
    struct arena *arena = arena_new();

    *bench = (struct bench){ .diags = { .arena = arena } };
    bench->with = (struct decoder){ &bench->diags, arena, intern_new(arena) };
    bench->root = at_root(yaml(text, &bench->diags), &bench->with);
    return arena;
}

/* A decoder reads the member "v" and gives what it got as text. */
struct bench_row {
    const char *sentence;
    const char *(*read)(struct at at);
    const char *text, *want, *diags;
};

static inline void bench_check(const struct bench_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct bench bench;
        AUTO(arena_free) struct arena *arena = bench_open(&bench, rows[i].text);

        CASE(rows[i].sentence);
        assert_ptr_equal(bench.with.arena, arena);
        assert_string_equal(rows[i].read(at_key(&bench.root, "v")), rows[i].want);
        assert_string_equal(diags_text(&bench.diags), rows[i].diags);
    }
}

#endif
