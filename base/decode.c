/* base/decode.c - places in a document, their paths and the checks of a map's keys.  Must not know
 * any kind.
 *
 * A place (struct at) is a link to the place above it on the C stack: it costs nothing until a
 * message needs its path. It must therefore not outlive the call that made it. A node that is null
 * counts as absent, as Kubernetes' decoders take it. Unknown fields are reported with the nearest
 * known name; their number is bounded for each map, since a map of another kind would otherwise
 * fill the list of diagnostics. */
#include "base/decode.h"
#include "base/suggest.h"

#include <string.h>

enum {
    UNKNOWN_SHOWN = 20, /* unknown fields of one map */
    KEYS_SUGGESTED = 64 /* known fields of one map that are compared with an unknown one */
};

static const struct node *present(const struct node *node)
{
    return node && node->kind != NODE_NULL ? node : NULL;
}

struct at at_root(const struct node *node, const struct decoder *with)
{
    return (struct at){ .node = present(node), .with = with };
}

struct at at_key(const struct at *at, const char *key)
{
    return (struct at){
        .up = at, .key = key, .node = present(node_find(at->node, key)), .with = at->with
    };
}

struct at at_member(const struct at *at, const struct node *member)
{
    return (struct at){ .up = at, .key = member->key, .node = present(member), .with = at->with };
}

struct at at_item(const struct at *at, size_t index)
{
    const struct node *item = NULL;

    if (at->node && at->node->kind == NODE_LIST && index < at->node->count) {
        if (at->node->items)
            item = at->node->items[index];
        else
            item = at->node->first;
        for (size_t i = 0; !at->node->items && i < index; i++)
            item = item->next;
    }
    return (struct at){ .up = at, .index = index, .node = present(item), .with = at->with };
}

bool at_present(const struct at *at) { return at->node != NULL; }

/* A key that reads well after a dot. */
static bool is_simple(const char *key)
{
    for (const char *p = key; *p; p++)
        if (!is_alnum(*p) && *p != '_' && *p != '-')
            return false;
    return *key;
}

static void add_path(struct text *out, const struct at *at)
{
    if (!at->up)
        return;
    add_path(out, at->up);
    if (!at->key)
        text_addf(out, "[%zu]", at->index);
    else if (is_simple(at->key))
        text_addf(out, "%s%s", out->len ? "." : "", at->key);
    else
        text_addf(out, "[\"%.120s\"]", at->key);
}

const char *at_path(const struct at *at, struct arena *arena)
{
    AUTO_TEXT path = { 0 };

    add_path(&path, at);
    return arena_bytes(arena, path.bytes, path.len);
}

static struct place place_of(const struct at *at)
{
    while (!at->node && at->up)
        at = at->up;
    return at->node ? node_place(at->node) : (struct place){ 0 };
}

/* id NULL: a warning. */
static void report(const struct at *at, struct place place, const char *id, const char *fmt,
                   va_list args) PRINTF_LIKE(4, 0);
static void report(const struct at *at, struct place place, const char *id, const char *fmt,
                   va_list args)
{
    struct diags *diags = at->with->diags;
    const char *path, *text;

    if (diags_full(diags, id ? DIAG_ERROR : DIAG_WARNING))
        return;
    path = at_path(at, diags->arena);
    text = arena_vprintf(diags->arena, fmt, args);
    if (id)
        diag_add_error(diags, id, place, path, "%s", text);
    else
        diag_add(diags, DIAG_WARNING, place, path, "%s", text);
}

void at_error(const struct at *at, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    report(at, place_of(at), at->node ? V4_VALUE : V3_MISSING, fmt, args);
    va_end(args);
}

void at_warn(const struct at *at, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    report(at, place_of(at), NULL, fmt, args);
    va_end(args);
}

/* As at_error, at the place of the member's key. */
static void key_error(const struct at *at, const struct node *member, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
static void key_error(const struct at *at, const struct node *member, const char *fmt, ...)
{
    struct place place = { member->file, member->key_line, member->key_column };
    struct at there = at_member(at, member);
    va_list args;

    va_start(args, fmt);
    report(&there, place, V2_UNKNOWN_FIELD, fmt, args);
    va_end(args);
}

struct unknown { /* what a map may hold, and what to say of the rest */
    const char *const *keys;
    size_t count;
    const char *(*where)(const struct at *at, const char *key, const void *context);
    const void *context;
};

/* The known name that was probably meant.  One that the map holds already cannot have been. */
static const char *nearest_free(const struct at *at, const char *key, const struct unknown *unknown)
{
    const char *free[KEYS_SUGGESTED];
    size_t count = 0;

    for (size_t i = 0; i < unknown->count && count < KEYS_SUGGESTED; i++)
        if (!node_find(at->node, unknown->keys[i]))
            free[count++] = unknown->keys[i];
    return suggest_nearest(key, free, count);
}

static void report_unknown(const struct at *at, const struct node *member,
                           const struct unknown *unknown)
{
    const char *near = nearest_free(at, member->key, unknown);
    const char *path =
        !near && unknown->where ? unknown->where(at, member->key, unknown->context) : NULL;

    if (near)
        key_error(at, member, "unknown field; did you mean %s?", near);
    else if (path)
        key_error(at, member, "unknown field here: it belongs to %s; move it there", path);
    else
        key_error(at, member, "unknown field; remove it");
}

bool at_only_here(const struct at *at, const char *const *keys,
                  const char *(*where)(const struct at *at, const char *key, const void *context),
                  const void *context)
{
    struct unknown known = { .keys = keys, .where = where, .context = context };
    size_t unknown = 0;

    if (!at->node)
        return true;
    if (at->node->kind != NODE_MAP) {
        at_error(at, "must be a map (key: value)");
        return false;
    }
    while (keys[known.count])
        known.count++;
    for (const struct node *member = at->node->first; member; member = member->next) {
        if (text_listed(keys, known.count, member->key))
            continue;
        if (++unknown <= UNKNOWN_SHOWN)
            report_unknown(at, member, &known);
    }
    if (unknown > UNKNOWN_SHOWN)
        at_error(at, "has %zu more unknown fields", unknown - UNKNOWN_SHOWN);
    return true;
}

bool at_only(const struct at *at, const char *const *keys)
{
    return at_only_here(at, keys, NULL, NULL);
}

int at_oneof(const struct at *at, const char *const *keys)
{
    AUTO_TEXT names = { 0 };
    int first = -1, found = 0;

    for (int i = 0; keys[i]; i++) {
        if (!present(node_find(at->node, keys[i])))
            continue;
        if (first < 0)
            first = i;
        text_addf(&names, "%s%s", found++ ? ", " : "", keys[i]);
    }
    if (found > 1)
        at_error(at, "only one of %s may be set; remove %s", names.bytes,
                 found == 2 ? "one" : "all but one");
    return first;
}
