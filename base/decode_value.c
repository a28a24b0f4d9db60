/* base/decode_value.c - scalars, lists and maps of strings out of a tree, each mistake a diag. Must
 * not know any kind.
 *
 * Every function returns a value that is safe to go on with, whatever it met: the fallback, an
 * empty text, an empty list. The mistake is a diagnostic, and the caller drops the object when
 * their number grew. So decoders have no branches for errors, and one pass over a file finds all
 * of its mistakes. A missing value is no mistake here; only at_need says so. */
#include "base/decode_value.h"
#include "base/base64.h"
#include "base/intern.h"
#include "base/suggest.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    VALUE_SHOWN = 60, /* bytes of a wrong value in a message */
    NAMES_SHOWN = 12  /* names of an enum in a message */
};

/* What a value is, for messages: "the number 12", "a map". */
static const char *what_is(const struct at *at)
{
    const struct node *node = at->node;
    const char *more = node->len > VALUE_SHOWN ? "..." : "";
    struct arena *arena = at->with->diags->arena;
    int len = (int)(node->len > VALUE_SHOWN ? text_cut(node->text, VALUE_SHOWN) : node->len);

    if (at->with->diags->errors >= DIAGS_KEPT)
        return ""; /* no more diags are kept, so the text is not used */
    switch (node->kind) {
    case NODE_NULL:
        return "null";
    case NODE_BOOL:
        return arena_printf(arena, "the boolean %.*s%s", len, node->text, more);
    case NODE_NUMBER:
        return arena_printf(arena, "the number %.*s%s", len, node->text, more);
    case NODE_STRING:
        return arena_printf(arena, "\"%.*s%s\"", len, node->text, more);
    case NODE_MAP:
        return "a map";
    case NODE_LIST:
        return "a list";
    }
    return "unknown";
}

static bool is_scalar(const struct node *node, enum node_kind kind)
{
    return node && node->kind == kind;
}

/* The string at at, NULL after a diag when it is something else; at must be present. */
static const char *text_of(const struct at *at)
{
    const struct node *node = at->node;

    if (node->kind == NODE_STRING)
        return intern_text(at->with->strings, node->text, node->len);
    if (node->kind == NODE_MAP || node->kind == NODE_LIST)
        at_error(at, "must be a string, is %s", what_is(at));
    else
        at_error(at, "must be a string, is %s; write it in quotes", what_is(at));
    return NULL;
}

const char *at_text(const struct at *at, const char *fallback)
{
    const char *text = at->node ? text_of(at) : NULL;

    return text ? text : fallback;
}

const char *at_need(const struct at *at)
{
    const char *text;

    if (!at->node) {
        at_error(at, "is required");
        return "";
    }
    text = text_of(at);
    if (text && !*text)
        at_error(at, "must not be empty");
    return text ? text : "";
}

bool at_bool(const struct at *at, bool fallback)
{
    if (!at->node)
        return fallback;
    if (at->node->kind == NODE_BOOL)
        return node_true(at->node);
    at_error(at, "must be true or false, is %s", what_is(at));
    return fallback;
}

/* 010 is eight to some readers and ten to others. */
static bool has_leading_zero(const char *text)
{
    text += *text == '-';
    return text[0] == '0' && text[1];
}

static void report_range(const struct at *at, int64_t min, int64_t max)
{
    if (max == INT64_MAX)
        at_error(at, "must be at least %" PRId64 ", is %s", min, at->node->text);
    else
        at_error(at, "must be between %" PRId64 " and %" PRId64 ", is %.40s", min, max,
                 at->node->text);
}

int64_t at_int(const struct at *at, int64_t min, int64_t max, int64_t fallback)
{
    int64_t value;

    if (!at->node)
        return fallback;
    if (!(is_scalar(at->node, NODE_NUMBER) || is_scalar(at->node, NODE_STRING))
        || !parse_int(at->node->text, INT64_MIN, INT64_MAX, &value)
        || has_leading_zero(at->node->text)) {
        at_error(at, "must be a whole number, is %s", what_is(at));
        return fallback;
    }
    if (value < min || value > max) {
        report_range(at, min, max);
        return fallback;
    }
    return value;
}

double at_float(const struct at *at, double min, double max, double fallback)
{
    char *end = NULL;
    double value;

    if (!at->node)
        return fallback;
    value = is_scalar(at->node, NODE_NUMBER) ? strtod(at->node->text, &end) : 0;
    if (!end || *end || isinf(value) || strchr(at->node->text, 'x')) {
        at_error(at, "must be a number, is %s", what_is(at));
        return fallback;
    }
    if (value < min || value > max) {
        at_error(at, "must be between %g and %g, is %.40s", min, max, at->node->text);
        return fallback;
    }
    return value;
}

static void report_enum(const struct at *at, const struct enum_table *table)
{
    AUTO_TEXT names = { 0 };
    const char *near = at->node->kind == NODE_STRING
                           ? suggest_nearest(at->node->text, table->names, table->count)
                           : NULL;

    for (size_t i = 0; i < table->count && i < NAMES_SHOWN; i++)
        text_addf(&names, "%s%s", i ? ", " : "", table->names[i]);
    if (table->count > NAMES_SHOWN)
        text_adds(&names, ", ...");
    if (near)
        at_error(at, "%s is not one of %s; did you mean %s?", what_is(at), names.bytes, near);
    else
        at_error(at, "%s is not one of %s", what_is(at), names.bytes);
}

int at_enum(const struct at *at, const struct enum_table *table, int fallback)
{
    int64_t number;
    int value;

    if (!at->node)
        return fallback;
    value = at->node->kind == NODE_STRING ? enums_find(table, at->node->text) : -1;
    if (value >= 0)
        return value;
    if (at->node->kind == NODE_NUMBER
        && parse_int(at->node->text, 0, (int64_t)table->count - 1, &number)) {
        at_warn(at, "is the number %d; write the name %s", (int)number, table->names[number]);
        return (int)number;
    }
    report_enum(at, table);
    return fallback;
}

/* A unit of Go's time.ParseDuration in nanoseconds, *p behind it; 0: none of them. */
static int64_t take_unit(const char **p)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {
        { "ns", 1 },       { "us", 1000 },      { "\xC2\xB5s", 1000 }, { "\xCE\xBCs", 1000 },
        { "ms", 1000000 }, { "s", 1000000000 }, { "m", 60000000000 },  { "h", 3600000000000 },
    };

    for (size_t i = 0; i < LENGTH(units); i++)
        if (text_starts(*p, units[i].name)) {
            *p += strlen(units[i].name);
            return units[i].ns;
        }
    return 0;
}

/* One step such as "1.5h" added to *total; false: not a duration, or too long for one. */
static bool take_step(const char **p, int64_t *total)
{
    int64_t whole = 0, part = 0, scale = 1, finer = 0, unit, product, count = 0;

    for (; is_digit(**p); ++*p, count++)
        if (__builtin_mul_overflow(whole, 10, &whole)
            || __builtin_add_overflow(whole, **p - '0', &whole))
            return false;
    if (**p == '.') {
        for (++*p; is_digit(**p); ++*p, count++)
            if (scale < 1000000) { /* so that part * unit fits */
                part = part * 10 + (**p - '0');
                scale *= 10;
            } else if (**p != '0') {
                finer = 1; /* it counts as a nanosecond: enough to see that there is more */
            }
    }
    unit = count ? take_unit(p) : 0;
    return unit && !__builtin_mul_overflow(whole, unit, &product)
           && !__builtin_add_overflow(*total, product, total)
           && !__builtin_add_overflow(*total, part * unit / scale + finer, total);
}

/* Go's duration text in nanoseconds (290 years at most, as in Go). */
static bool parse_duration(const char *text, int64_t *out)
{
    bool negative = *text == '-';
    int64_t total = 0;

    text += *text == '-' || *text == '+';
    if (strcmp(text, "0") != 0) {
        do
            if (!take_step(&text, &total))
                return false;
        while (*text);
    }
    *out = negative ? -total : total;
    return true;
}

int64_t at_duration(const struct at *at, int64_t min_ms, int64_t fallback)
{
    int64_t ns;

    if (!at->node)
        return fallback;
    if (!is_scalar(at->node, NODE_STRING) || !parse_duration(at->node->text, &ns)) {
        at_error(at, "must be a duration such as \"30s\" or \"1h30m\", is %s", what_is(at));
        return fallback;
    }
    if (ns / 1000000 < min_ms || ns < 0) {
        if (min_ms % 1000)
            at_error(at, "must be at least %" PRId64 "ms, is %.40s", min_ms, at->node->text);
        else
            at_error(at, "must be at least %" PRId64 "s, is %.40s", min_ms / 1000, at->node->text);
        return fallback;
    }
    if (ns % 1000000) {
        at_error(at, "must be whole milliseconds, is %.40s", at->node->text);
        return fallback;
    }
    return ns / 1000000;
}

const char *at_base64(const struct at *at, size_t *len)
{
    AUTO_TEXT bytes = { 0 };
    const char *text = at_text(at, NULL);

    *len = 0;
    if (!text)
        return NULL;
    if (!base64_decode(&bytes, text, strlen(text))) {
        at_error(at, "must be base64 (RFC 4648, with padding, without line breaks)");
        return NULL;
    }
    *len = bytes.len;
    return arena_bytes(at->with->arena, bytes.bytes, bytes.len);
}

size_t at_count(const struct at *at, size_t max)
{
    if (!at->node)
        return 0;
    if (at->node->kind != NODE_LIST) {
        at_error(at, "must be a list, is %s", what_is(at));
        return 0;
    }
    if (at->node->count > max) {
        at_error(at, "has %zu items, at most %zu are allowed", at->node->count, max);
        return max;
    }
    return at->node->count;
}

const char **at_texts(const struct at *at, size_t max, size_t *count)
{
    size_t items = at_count(at, max);
    const struct node *node = items ? at->node->first : NULL;
    const char **texts = ARENA_NEW(at->with->arena, const char *, items);

    *count = 0;
    for (size_t i = 0; i < items; i++, node = node->next) {
        struct at item = { .up = at, .index = i, .node = node, .with = at->with };
        const char *text = node->kind == NODE_NULL ? NULL : text_of(&item);

        if (node->kind == NODE_NULL)
            at_error(&item, "must be a string, is null; remove it");
        if (text)
            texts[(*count)++] = text;
    }
    return texts;
}

static int compare_pairs(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

/* How many members to read: 0 after a diag for what is no map, cut to max with a diag. */
static size_t count_members(const struct at *at, size_t max)
{
    if (!at->node)
        return 0;
    if (at->node->kind != NODE_MAP) {
        at_error(at, "must be a map (key: value), is %s", what_is(at));
        return 0;
    }
    if (at->node->count > max)
        at_error(at, "has %zu members, at most %zu are allowed", at->node->count, max);
    return at->node->count > max ? max : at->node->count;
}

struct pair *at_pairs(const struct at *at, size_t max, size_t *count)
{
    size_t members = count_members(at, max);
    const struct node *node = members ? at->node->first : NULL;
    struct pair *pairs = ARENA_NEW(at->with->arena, struct pair, members);

    *count = 0;
    for (size_t i = 0; i < members; i++, node = node->next) {
        /* With its node even when that is null, so that the diag has its place. */
        struct at member = { .up = at, .key = node->key, .node = node, .with = at->with };
        const char *value;

        if (node->kind == NODE_NULL) {
            at_error(&member, "must be a string, is null; write \"\" or remove it");
            continue;
        }
        value = text_of(&member);
        if (value)
            pairs[(*count)++] =
                (struct pair){ intern_text(at->with->strings, node->key, strlen(node->key)),
                               value };
    }
    if (*count)
        qsort(pairs, *count, sizeof *pairs, compare_pairs);
    return pairs;
}
