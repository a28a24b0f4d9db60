/* discovery/read.c - fields of one item of a list.  Pure.  Must not judge what they mean.
 *
 * Every function takes what it does not find or cannot use for absent, because items come from a
 * server that may be of another version. A label that is not one by the API's rules is dropped: it
 * could not select anything, and the inventory that held it would be refused by its own reader.
 * More than a thousand labels of an object are none. */
#include "discovery/read.h"

#include "api/value.h"
#include <stdarg.h>
#include <stdlib.h>

enum { LABELS_MAX = 1000 };

const char *read_copy(const struct reader *reader, const char *text)
{
    return text_empty(text) ? "" : intern_text(reader->strings, text, strlen(text));
}

const char *read_text(const struct reader *reader, const struct node *map, const char *key)
{
    return read_copy(reader, node_text(node_find(map, key)));
}

uint32_t read_number(const struct node *map, const char *key, uint32_t max)
{
    const char *text = node_text(node_find(map, key));
    int64_t number;

    return text && parse_int(text, 0, max, &number) ? (uint32_t)number : 0;
}

bool read_true(const struct node *map, const char *key)
{
    const struct node *node = node_find(map, key);

    return node && node_true(node);
}

const struct node *read_at(const struct node *map, ...)
{
    va_list keys;
    const char *key;

    va_start(keys, map);
    while (map && (key = va_arg(keys, const char *)))
        map = node_find(map, key);
    va_end(keys);
    return map;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

const struct pair *read_labels(const struct reader *reader, const struct node *map, size_t *count)
{
    size_t room = map && map->kind == NODE_MAP && map->count <= LABELS_MAX ? map->count : 0;
    struct pair *pairs = ARENA_NEW(reader->arena, struct pair, room);

    *count = 0;
    for (const struct node *node = room ? map->first : NULL; node; node = node->next) {
        const char *value = node_text(node);

        if (value && value_is_label_key(node->key) && value_is_label_value(value))
            pairs[(*count)++] =
                (struct pair){ read_copy(reader, node->key), read_copy(reader, value) };
    }
    if (*count)
        qsort(pairs, *count, sizeof *pairs, by_key);
    return pairs;
}

const char *const *read_texts(const struct reader *reader, const struct node *list, size_t *count)
{
    size_t room = list && list->kind == NODE_LIST ? list->count : 0;
    const char **texts = ARENA_NEW(reader->arena, const char *, room);

    *count = 0;
    for (const struct node *node = room ? list->first : NULL; node; node = node->next)
        if (node_text(node))
            texts[(*count)++] = read_copy(reader, node_text(node));
    return texts;
}

const char *read_pair(const struct pair *pairs, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(pairs[i].key, key))
            return pairs[i].value;
    return NULL;
}
