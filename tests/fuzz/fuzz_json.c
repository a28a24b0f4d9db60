/* tests/fuzz/fuzz_json.c - any bytes as JSON: no crash, and what was read comes back from what is
 * written. */
#include "base/parse.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Both shapes read back as the same tree. */
static void check_round_trip(const struct node *node, bool pretty, struct arena *arena)
{
    AUTO_TEXT text = { 0 };
    const struct node *again;
    struct err err = { 0 };

    write_json(&text, node, pretty);
    if (parse_json(&again, text.bytes, text.len, arena, &err) == 0 && node_equal(node, again))
        return;
    fprintf(stderr, "%s\n%s\n", err.text, text.bytes);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct node *node;
    struct err err = { 0 };

    if (parse_json(&node, (const char *)bytes, len, arena, &err) < 0)
        return 0;
    check_round_trip(node, false, arena);
    check_round_trip(node, true, arena);
    return 0;
}
