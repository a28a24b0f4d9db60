/* tests/fuzz/fuzz_yaml.c - any bytes as YAML: no crash, and what was read comes back from what is
 * written. */
#include "base/parse.h"
#include "base/parse_yaml.h"
#include "base/write.h"
#include "base/write_json.h"
#include "base/write_yaml.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void stop(const char *why, const struct text *first, const struct text *second)
{
    fprintf(stderr, "%s:\n%s", why, first->bytes);
    if (second)
        fprintf(stderr, "again:\n%s", second->bytes);
    abort();
}

/* Written, read and written again: the same tree, the same bytes. */
static void check_round_trip(const struct node *node, struct arena *arena)
{
    struct diags diags = { .arena = arena };
    AUTO_TEXT first = { 0 };
    AUTO_TEXT second = { 0 };
    AUTO_TEXT json = { 0 };
    const struct node *again;

    write_yaml(&first, node);
    if (first.len <= PARSE_BYTES_MAX) { /* aliases can write out to more than what is read */
        AUTO(parse_yaml_close)
        struct yaml_reader *reader = parse_yaml_open("again.yaml", first.bytes, first.len, &diags);

        if (parse_yaml_next(reader, &again, arena) != 1 || diags.first)
            stop(diags.first ? diags.first->text : "nothing read", &first, NULL);
        write_yaml(&second, again);
        if (!node_equal(node, again))
            stop("another tree", &first, &second);
        if (first.len != second.len || memcmp(first.bytes, second.bytes, first.len) != 0)
            stop("other bytes", &first, &second);
    }
    write_json(&json, node, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    AUTO(parse_yaml_close)
    struct yaml_reader *reader = parse_yaml_open("fuzz.yaml", (const char *)bytes, len, &diags);
    const struct node *node;
    int got;

    while ((got = parse_yaml_next(reader, &node, arena)) > 0)
        check_round_trip(node, arena);
    if (got < 0 && !diags.errors)
        abort(); /* unreadable, without a diagnosis */
    return 0;
}
