/* base/parse_items.c - a page of a list from an API server: its elements are built one by one and
 * dropped, so its cost is the text and one element.  Must not know what an element means.
 *
 * A recursive descent over the text, which ends with a NUL: no token begins with one, so nothing
 * reads behind the end.  Plain texts are ended in place, by a NUL in place of the closing quote;
 * that is done when the quote has been read, so nothing is read twice.  Everything that needs care
 * (escapes, bytes above ASCII, numbers that are no short integers) is given to parse_json as a text
 * of its own, so both readers agree on it by construction.
 * What both refuse: other depth than PARSE_DEPTH_MAX allows, duplicate keys, NUL, bad UTF-8,
 * trailing bytes.  Only what is cut is not looked into: its brackets must
 * match in number. */
#include "base/parse_items.h"
#include "base/map.h"
#include "base/parse.h"
#include "base/parse_json.h"

#include <string.h>

enum {
    FEW_KEYS = 16, /* up to which a key is compared with all others of its map */
    DIGITS_MAX = 18
};

struct scan {
    const struct parse_items *how;
    const char *begin;
    char *at;
    struct arena *arena;
    unsigned depth;
    size_t values;
    struct err *err;
};

static struct node *read_value(struct scan *scan);

static struct node *refuse(const struct scan *scan, const char *what)
{
    err_set(scan->err, ERR_INPUT, 0, "read JSON, byte %zu: %s", (size_t)(scan->at - scan->begin),
            what);
    return NULL;
}

static void skip_space(struct scan *scan)
{
    while (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t')
        scan->at++;
}

static bool take(struct scan *scan, char token)
{
    skip_space(scan);
    if (*scan->at != token)
        return false;
    scan->at++;
    return true;
}

/* NULL: there were too many. */
static struct node *new_node(struct scan *scan, enum node_kind kind)
{
    struct node *node;

    if (++scan->values > scan->how->values_max)
        return refuse(scan, "more values than are allowed");
    node = ARENA_NEW(scan->arena, struct node, 1);
    node->kind = kind;
    return node;
}

/* --- scalars --- */

/* The text from begin to scan->at by the other reader. */
static const struct node *read_apart(struct scan *scan, const char *begin)
{
    const struct node *node;

    return parse_json(&node, begin, (size_t)(scan->at - begin), scan->arena, scan->err) < 0 ? NULL
                                                                                            : node;
}

/* Behind the string whose opening quote is at p; NULL: it does not end. */
static char *string_end(char *p)
{
    for (p++; *p && *p != '"'; p++)
        p += *p == '\\' && p[1];
    return *p ? p + 1 : NULL;
}

/* A key or a value. */
static const char *read_string(struct scan *scan, size_t *len)
{
    char *begin = scan->at, *p = begin + 1, *end;
    const struct node *node;

    while ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
        p++;
    if (*p == '"') {
        *p = '\0';
        *len = (size_t)(p - begin) - 1;
        scan->at = p + 1;
        return begin + 1;
    }
    if (!(end = string_end(p - 1))) {
        refuse(scan, "a text does not end");
        return NULL;
    }
    scan->at = end;
    if (!(node = read_apart(scan, begin)))
        return NULL;
    *len = node->len;
    return node->text;
}

static bool is_number_byte(char c) { return is_digit(c) || strchr("+-.eE", c); }

/* Digits that end before end, and are a number with nothing to it. */
static bool is_plain(const char *digits, const char *end)
{
    return end > digits && end - digits <= DIGITS_MAX && !(*end && is_number_byte(*end));
}

static struct node *read_number(struct scan *scan, struct node *node)
{
    const char *begin = scan->at, *digits = begin + (*begin == '-');
    const struct node *apart;

    while (is_digit(*scan->at) || scan->at < digits)
        scan->at++;
    if (is_plain(digits, scan->at) && (*digits != '0' || scan->at == begin + 1)) {
        node->len = (size_t)(scan->at - begin);
        node->text = arena_bytes(scan->arena, begin, node->len);
        return node;
    }
    while (*scan->at && is_number_byte(*scan->at))
        scan->at++;
    if (!(apart = read_apart(scan, begin)))
        return NULL;
    *node = *apart;
    return node;
}

static struct node *read_word(struct scan *scan, struct node *node, const char *word)
{
    const size_t len = strlen(word);

    if (strncmp(scan->at, word, len) != 0)
        return refuse(scan, "this is no JSON");
    scan->at += len;
    node->text = word;
    node->len = len;
    return node;
}

static struct node *read_scalar(struct scan *scan)
{
    struct node *node;

    switch (*scan->at) {
    case '"':
        node = new_node(scan, NODE_STRING);
        return node && (node->text = read_string(scan, &node->len)) ? node : NULL;
    case 't':
        node = new_node(scan, NODE_BOOL);
        return node ? read_word(scan, node, "true") : NULL;
    case 'f':
        node = new_node(scan, NODE_BOOL);
        return node ? read_word(scan, node, "false") : NULL;
    case 'n':
        node = new_node(scan, NODE_NULL);
        return node ? read_word(scan, node, "null") : NULL;
    default:
        if (*scan->at != '-' && !is_digit(*scan->at))
            return refuse(scan, "this is no JSON");
        node = new_node(scan, NODE_NUMBER);
        return node ? read_number(scan, node) : NULL;
    }
}

/* --- lists and maps --- */

static bool is_too_deep(const struct scan *scan)
{
    if (scan->depth < PARSE_DEPTH_MAX)
        return false;
    refuse(scan, "nested too deeply");
    return true;
}

/* Whether another element follows; *done: the list or map ends here.  False and not done: err. */
static bool next_element(struct scan *scan, bool first, char last, bool *done)
{
    *done = false;
    if (first) {
        *done = take(scan, last);
        return !*done;
    }
    if (take(scan, ','))
        return true;
    *done = take(scan, last);
    if (!*done)
        refuse(scan, "a comma or a closing bracket is missing");
    return false;
}

static struct node *read_list(struct scan *scan)
{
    struct node *list = new_node(scan, NODE_LIST), *item;
    bool done;

    scan->at++;
    if (!list)
        return NULL;
    scan->depth++;
    while (next_element(scan, !list->count, ']', &done)) {
        if (!(item = read_value(scan)))
            return NULL;
        node_add(list, item);
    }
    scan->depth--;
    return done ? list : NULL;
}

/* Behind the text, list or map that begins at p; NULL: it does not end. */
static char *value_end(char *p)
{
    size_t depth = 0;

    do {
        if (*p == '"') {
            if (!(p = string_end(p)))
                return NULL;
            continue;
        }
        if (!*p)
            return NULL;
        depth += *p == '[' || *p == '{';
        depth -= *p == ']' || *p == '}';
        p++;
    } while (depth);
    return p;
}

/* An empty one in place of the text, list or map that begins here, whatever is in it. */
static struct node *skip_value(struct scan *scan)
{
    static const char lasts[] = { [NODE_STRING] = '"', [NODE_MAP] = '}', [NODE_LIST] = ']' };
    const enum node_kind kind = *scan->at == '['   ? NODE_LIST
                                : *scan->at == '{' ? NODE_MAP
                                                   : NODE_STRING;
    struct node *node = new_node(scan, kind);
    char *end = value_end(scan->at);

    if (!node || !end || end[-1] != lasts[kind])
        return node ? refuse(scan, "a text, list or map does not end") : NULL;
    node->text = kind == NODE_STRING ? "" : NULL;
    scan->at = end;
    return node;
}

/* The keys of one map, to find one that is there already. */
struct keys {
    struct map *many; /* NULL: there are few */
};

static bool is_known(struct scan *scan, struct keys *keys, const struct node *map, const char *key)
{
    if (map->count < FEW_KEYS)
        return node_find(map, key) != NULL;
    if (!keys->many) {
        keys->many = map_new(scan->arena);
        for (struct node *member = map->first; member; member = member->next)
            (void)map_put(keys->many, member->key, member);
    }
    return map_put(keys->many, key, scan) != NULL;
}

/* The key before the colon; NULL: err. */
static const char *read_key(struct scan *scan, struct keys *keys, const struct node *map,
                            size_t *len)
{
    const char *key;

    skip_space(scan);
    if (*scan->at != '"') {
        refuse(scan, "a key is missing");
        return NULL;
    }
    key = read_string(scan, len);
    if (key && is_known(scan, keys, map, key)) {
        refuse(scan, "a key is there twice");
        return NULL;
    }
    if (key && !take(scan, ':')) {
        refuse(scan, "a colon is missing");
        return NULL;
    }
    skip_space(scan);
    return key;
}

static struct node *read_member(struct scan *scan, const char *key, size_t len)
{
    const bool can_be_cut = *scan->at == '[' || *scan->at == '{' || *scan->at == '"';

    if (can_be_cut && scan->how->is_cut && scan->how->is_cut(key, len, *scan->at == '"'))
        return is_too_deep(scan) ? NULL : skip_value(scan);
    return read_value(scan);
}

static struct node *read_map(struct scan *scan,
                             struct node *(*member)(struct scan *, const char *key, size_t len))
{
    struct node *map = new_node(scan, NODE_MAP), *value;
    struct keys keys = { 0 };
    const char *key;
    size_t len;
    bool done;

    scan->at++;
    if (!map)
        return NULL;
    scan->depth++;
    while (next_element(scan, !map->count, '}', &done)) {
        if (!(key = read_key(scan, &keys, map, &len)) || !(value = member(scan, key, len)))
            return NULL;
        node_set(map, key, value);
    }
    scan->depth--;
    return done ? map : NULL;
}

static struct node *read_value(struct scan *scan)
{
    if (is_too_deep(scan))
        return NULL;
    skip_space(scan);
    if (*scan->at == '{')
        return read_map(scan, read_member);
    return *scan->at == '[' ? read_list(scan) : read_scalar(scan);
}

/* --- the page --- */

/* The list of items, without its elements: each is in an arena that is reset after it. */
static struct node *read_items(struct scan *scan)
{
    AUTO(arena_free) struct arena *apart = arena_new();
    struct node *list = new_node(scan, NODE_LIST);
    struct arena *arena = scan->arena;
    const struct node *item;
    bool done;

    scan->at++;
    if (!list)
        return NULL;
    scan->depth++;
    scan->arena = apart;
    while (next_element(scan, !list->count, ']', &done) && (item = read_value(scan))) {
        scan->how->each(scan->how->context, item);
        list->count++;
        arena_reset(apart);
    }
    scan->arena = arena;
    scan->depth--;
    return done ? list : NULL;
}

static struct node *read_head_member(struct scan *scan, const char *key, size_t len)
{
    return *scan->at == '[' && strcmp(key, "items") == 0 ? read_items(scan)
                                                         : read_member(scan, key, len);
}

int parse_items(const struct node **head, size_t *values, char *bytes, size_t len,
                const struct parse_items *how, struct arena *arena, struct err *err)
{
    struct scan scan = { .how = how, .begin = bytes, .at = bytes, .arena = arena, .err = err };

    skip_space(&scan);
    *head = *scan.at == '{' ? read_map(&scan, read_head_member) : refuse(&scan, "this is no map");
    *values = scan.values;
    if (!*head)
        return -1;
    skip_space(&scan);
    if (scan.at == bytes + len)
        return 0;
    refuse(&scan, "something follows the map");
    *head = NULL;
    return -1;
}
