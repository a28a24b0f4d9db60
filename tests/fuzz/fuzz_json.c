/* tests/fuzz/fuzz_json.c - any bytes as JSON: no crash, and what was read comes back from what is
 * written.  The reader of lists takes the same texts as the one of whole texts, and reads the same
 * from them. */
#include "base/parse.h"
#include "base/parse_items.h"
#include "base/parse_json.h"
#include "base/write.h"
#include "base/write_json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct taken {
    struct node *list;
    struct arena *arena;
};

static void take_item(void *context, const struct node *item)
{
    struct taken *taken = context;

    (void)node_add(taken->list, node_copy(taken->arena, item));
}

static bool is_cut(const char *name, size_t len, bool is_text)
{
    (void)is_text;
    return len == 1 && *name == 'a';
}

static void disagree(const char *what, const char *bytes, size_t len)
{
    fprintf(stderr, "%s: %.*s\n", what, (int)len, bytes);
    abort();
}

/* page: as parse_json read the same text; NULL: it did not. */
static void check_page(const struct node *page, const char *bytes, size_t len, struct arena *arena)
{
    struct taken taken = { node_list(arena), arena };
    struct parse_items how = { .each = take_item, .context = &taken, .values_max = len + 1 };
    const struct node *head, *items, *all = node_find(page, "items");
    struct err err = { 0 };
    size_t values;
    const bool read =
        parse_items(&head, &values, arena_bytes(arena, bytes, len), len, &how, arena, &err) == 0;

    /* jansson does not see a NUL that follows a number. */
    if (read != (page && page->kind == NODE_MAP) && (read || !memchr(bytes, '\0', len)))
        disagree(read ? "only the reader of lists takes it" : err.text, bytes, len);
    if (read && values > parse_json_values(bytes, len))
        disagree("more values than are counted", bytes, len);
    if (!read)
        return;
    items = node_find(head, "items");
    if (items && items->kind == NODE_LIST) {
        if (items->count != taken.list->count || !node_equal(all, taken.list))
            disagree("other items", bytes, len);
        *(struct node *)UNCONST(items) = *(struct node *)UNCONST(all);
    }
    if (!node_equal(page, head))
        disagree("another head", bytes, len);
    how.is_cut = is_cut;
    if (parse_items(&head, &values, arena_bytes(arena, bytes, len), len, &how, arena, &err) < 0)
        disagree("not without what is cut", bytes, len);
}

/* As a text of its own, and as the only item of a page. */
static void check_items(const struct node *node, const char *bytes, size_t len, struct arena *arena)
{
    const struct node *page = NULL;
    const char *text = arena_printf(arena, "{\"items\":[%.*s]}", (int)len, bytes);
    struct err err;

    check_page(node, bytes, len, arena);
    if (memchr(bytes, '\0', len))
        return;
    if (parse_json(&page, text, strlen(text), arena, &err) < 0)
        page = NULL;
    check_page(page, text, strlen(text), arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const char *text = arena_bytes(arena, bytes, len);
    const struct node *node;
    struct err err = { 0 };

    if (parse_json(&node, text, len, arena, &err) < 0)
        node = NULL;
    check_items(node, text, len, arena);
    if (!node)
        return 0;
    check_round_trip(node, false, arena);
    check_round_trip(node, true, arena);
    return 0;
}
