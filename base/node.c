/* base/node.c - building, finding and comparing node trees.  Must not read or write any format.
 *
 * A tree is built once and then only read: nodes have one parent, one key and one next, so a node
 * that belongs to two trees must be copied. Maps keep the order in which members were set, since
 * that is the order in which they are written; node_set does not look for a member of the same key
 * (each caller sets each key once, which debug builds check). Comparison ignores the order of
 * members, which has no meaning in YAML or JSON, and not that of items, which has. It compares
 * first with the member at the same position, so trees of one writer are compared in linear time.
 */
#include "base/node.h"
#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

struct place node_place(const struct node *node)
{
    return (struct place){ node->file, node->line, node->column };
}

const struct node *node_find(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (const struct node *member = map->first; member; member = member->next)
        if (strcmp(member->key, key) == 0)
            return member;
    return NULL;
}

const char *node_text(const struct node *node)
{
    return node && node->kind != NODE_MAP && node->kind != NODE_LIST ? node->text : NULL;
}

bool node_true(const struct node *node)
{
    return node && node->kind == NODE_BOOL
           && (strchr("tTyY", node->text[0]) || strcmp(node->text, "on") == 0
               || strcmp(node->text, "On") == 0 || strcmp(node->text, "ON") == 0);
}

const char *node_get(const struct node *node, ...)
{
    va_list keys;
    const char *key;

    va_start(keys, node);
    while (node && (key = va_arg(keys, const char *)))
        node = node_find(node, key);
    va_end(keys);
    return node_text(node);
}

const char *node_get_text(const struct node *map, const char *key)
{
    return text_or_empty(node_text(node_find(map, key)));
}

static struct node *node_new(struct arena *arena, enum node_kind kind, const char *text)
{
    struct node *node = ARENA_NEW(arena, struct node, 1);

    node->kind = kind;
    node->text = text;
    node->len = text ? strlen(text) : 0;
    return node;
}

struct node *node_map(struct arena *arena) { return node_new(arena, NODE_MAP, NULL); }

struct node *node_list(struct arena *arena) { return node_new(arena, NODE_LIST, NULL); }

struct node *node_string(struct arena *arena, const char *text)
{
    assert(text);
    return node_new(arena, NODE_STRING, text);
}

struct node *node_int(struct arena *arena, int64_t value)
{
    return node_new(arena, NODE_NUMBER, arena_printf(arena, "%" PRId64, value));
}

struct node *node_bool(struct arena *arena, bool value)
{
    return node_new(arena, NODE_BOOL, value ? "true" : "false");
}

static void append(struct node *parent, struct node *child)
{
    assert(!child->next && parent->last != child); /* a node has one parent */
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
    parent->items = NULL;
}

struct node *node_set(struct node *map, const char *key, struct node *value)
{
    assert(map->kind == NODE_MAP);
    assert(map->count > 100 || !node_find(map, key)); /* not quadratic in a debug build */
    value->key = key;
    append(map, value);
    return value;
}

struct node *node_add(struct node *list, struct node *item)
{
    assert(list->kind == NODE_LIST);
    append(list, item);
    return item;
}

void node_set_text(struct arena *arena, struct node *map, const char *key, const char *text)
{
    if (text)
        node_set(map, key, node_string(arena, text));
}

void node_set_int(struct arena *arena, struct node *map, const char *key, int64_t value)
{
    node_set(map, key, node_int(arena, value));
}

void node_set_bool(struct arena *arena, struct node *map, const char *key, bool value)
{
    node_set(map, key, node_bool(arena, value));
}

struct node *node_copy(struct arena *arena, const struct node *node)
{
    struct node *copy = ARENA_NEW(arena, struct node, 1);

    *copy = *node;
    copy->file = arena_text(arena, node->file);
    copy->key = arena_text(arena, node->key);
    copy->text = node->text ? arena_bytes(arena, node->text, node->len) : NULL;
    copy->first = copy->last = copy->next = NULL;
    copy->count = 0;
    for (const struct node *child = node->first; child; child = child->next)
        append(copy, node_copy(arena, child));
    return copy;
}

static bool members_equal(const struct node *a, const struct node *b)
{
    const struct node *other = b->first; /* where the member is when the orders agree */

    for (const struct node *member = a->first; member; member = member->next) {
        const struct node *same =
            other && strcmp(other->key, member->key) == 0 ? other : node_find(b, member->key);

        if (!same || !node_equal(member, same))
            return false;
        other = other ? other->next : NULL;
    }
    return true;
}

static bool items_equal(const struct node *a, const struct node *b)
{
    const struct node *x = a->first, *y = b->first;

    for (; x && y; x = x->next, y = y->next)
        if (!node_equal(x, y))
            return false;
    return !x && !y;
}

bool node_equal(const struct node *a, const struct node *b)
{
    if (a->kind != b->kind || a->count != b->count)
        return false;
    switch (a->kind) {
    case NODE_NULL:
        return true;
    case NODE_BOOL:
        return node_true(a) == node_true(b);
    case NODE_NUMBER:
    case NODE_STRING:
        return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
    case NODE_MAP:
        return members_equal(a, b);
    case NODE_LIST:
        return items_equal(a, b);
    }
    return false;
}
