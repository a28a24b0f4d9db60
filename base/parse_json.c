/* base/parse_json.c - JSON from servers to node trees, by jansson.  Must not know what the answer
 * means.
 *
 * jansson builds its own tree before ours exists, and has no hook to stop it, so an answer's cost
 * is bounded before: the bytes are walked once, outside of strings, and values and depth are
 * counted. The count is an upper bound for any text, valid or not, which is all that is needed.
 * Duplicate keys are refused, as two readers of one answer could take different ones. Numbers keep
 * the shortest text that reads back as the same double, so a document that is read and written
 * again has the same bytes. Secrets are parsed with jansson's memory wiped when it is freed; the
 * arena is then the caller's to shred. */
#include "base/parse_json.h"
#include "base/memory.h"
#include "base/parse.h"

#include "base/wipe.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

AUTO_DEFINE(json_t, json_decref)

static struct node *convert(const json_t *json, struct arena *arena, unsigned depth);

static struct node *scalar(struct arena *arena, enum node_kind kind, const char *text, size_t len)
{
    struct node *node = ARENA_NEW(arena, struct node, 1);

    node->kind = kind;
    node->text = arena_bytes(arena, text, len);
    node->len = len;
    return node;
}

/* The shortest text that reads back as the same double; a negative zero is zero, for "-0" would
 * read back as the integer 0. */
static struct node *real(struct arena *arena, double value)
{
    char text[32];

    value = value == 0 ? 0 : value;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return scalar(arena, NODE_NUMBER, text, strlen(text));
}

static struct node *convert_object(const json_t *json, struct arena *arena, unsigned depth)
{
    struct node *map = node_map(arena), *value, *last = NULL;
    /* jansson's iterator takes a non-const object but only reads it. */
    json_t *object = UNCONST(json);

    for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it)) {
        value = convert(json_object_iter_value(it), arena, depth + 1);
        if (!value)
            return NULL;
        value->key = arena_text(arena, json_object_iter_key(it));
        if (last)
            last->next = value;
        else
            map->first = value;
        map->last = last = value;
        map->count++;
    }
    return map;
}

static struct node *convert_array(const json_t *json, struct arena *arena, unsigned depth)
{
    size_t count = json_array_size(json);
    struct node *list = node_list(arena);
    const struct node **items = ARENA_NEW(arena, const struct node *, count);

    for (size_t i = 0; i < count; i++) {
        struct node *item = convert(json_array_get(json, i), arena, depth + 1);

        if (!item)
            return NULL;
        items[i] = node_add(list, item);
    }
    list->items = items;
    return list;
}

/* NULL: nested too deeply. */
static struct node *convert(const json_t *json, struct arena *arena, unsigned depth)
{
    char text[32];

    if (depth > PARSE_DEPTH_MAX)
        return NULL;
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return convert_object(json, arena, depth);
    case JSON_ARRAY:
        return convert_array(json, arena, depth);
    case JSON_STRING:
        return scalar(arena, NODE_STRING, json_string_value(json), json_string_length(json));
    case JSON_INTEGER:
        snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
        return scalar(arena, NODE_NUMBER, text, strlen(text));
    case JSON_REAL:
        return real(arena, json_real_value(json));
    case JSON_TRUE:
    case JSON_FALSE:
        return node_bool(arena, json_is_true(json));
    case JSON_NULL:
        break;
    }
    return scalar(arena, NODE_NULL, "null", 4);
}

struct census {
    size_t values;
    unsigned depth, deepest;
};

/* The end of the string that begins at p. */
static const char *skip_string(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        p += *p == '\\';
    return p;
}

/* jansson has no hook that could stop it, so what a text would cost is counted before.  A value is
 * the first in its map or list, or follows a comma, or is the text itself: whatever the text is,
 * there are no more values than this.  What is no JSON is left to jansson. */
static struct census count_values(const char *bytes, size_t len)
{
    struct census census = { .values = 1 };

    for (const char *p = bytes, *end = bytes + len; p < end; p++)
        switch (*p) {
        case '"':
            p = skip_string(p, end);
            break;
        case '{':
        case '[':
            census.values++;
            if (++census.depth > census.deepest)
                census.deepest = census.depth;
            break;
        case '}':
        case ']':
            census.depth -= census.depth > 0;
            break;
        case ',':
            census.values++;
        }
    return census;
}

size_t parse_json_values(const char *bytes, size_t len) { return count_values(bytes, len).values; }

static int too_deep(struct err *err)
{
    return err_set(err, ERR_INPUT, 0, "read JSON: nested more than %d levels deep",
                   PARSE_DEPTH_MAX);
}

static int check_size(const char *bytes, size_t len, struct err *err)
{
    struct census census = count_values(bytes, len);

    if (census.values > PARSE_NODES_MAX)
        return err_set(err, ERR_INPUT, 0, "read JSON: more than %d values", PARSE_NODES_MAX);
    return census.deepest > PARSE_DEPTH_MAX ? too_deep(err) : 0;
}

static int parse(const struct node **out, const char *bytes, size_t len, struct arena *arena,
                 struct err *err)
{
    json_error_t problem = { 0 };
    AUTO(json_decref) json_t *json = NULL;
    struct node *node;

    if (check_size(bytes, len, err) < 0)
        return -1;
    json = json_loadb(bytes, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &problem);
    if (!json)
        return err_set(err, ERR_INPUT, 0, "read JSON, line %d column %d: %s", problem.line,
                       problem.column, problem.text);
    node = convert(json, arena, 1);
    if (!node)
        return too_deep(err);
    *out = node;
    return 0;
}

static void *allocate(size_t size) { return memory_grow(NULL, size); }

/* jansson never reallocates: what it grows it copies and frees.  Without memory it would say that
 * a token is invalid, and a good record of the state would count as one that nothing can read. */
static int parse_with(json_free_t release, const struct node **out, const char *bytes, size_t len,
                      struct arena *arena, struct err *err)
{
    json_malloc_t was_malloc;
    json_free_t was_free;
    int result;

    json_get_alloc_funcs(&was_malloc, &was_free);
    json_set_alloc_funcs(allocate, release);
    result = parse(out, bytes, len, arena, err);
    json_set_alloc_funcs(was_malloc, was_free);
    return result;
}

int parse_json(const struct node **out, const char *bytes, size_t len, struct arena *arena,
               struct err *err)
{
    return parse_with(free, out, bytes, len, arena, err);
}

int parse_json_secret(const struct node **out, const char *bytes, size_t len, struct arena *arena,
                      struct err *err)
{
    return parse_with(wipe_free, out, bytes, len, arena, err);
}
