/* api/encode.c - small steps from structs to node trees.  Must not know any one kind.
 *
 * Most of these leave out an empty text, a zero, false, an empty list. In decoding the same values
 * are what an absent field has, so that encoding and decoding are each other's inverse, and there
 * is one form of a value and not two. */
#include "api/encode.h"

#include <stdlib.h>
#include <string.h>

void encode_text(struct arena *arena, struct node *map, const char *key, const char *text)
{
    if (!text_empty(text))
        node_set_text(arena, map, key, text);
}

void encode_int(struct arena *arena, struct node *map, const char *key, int64_t value)
{
    if (value)
        node_set_int(arena, map, key, value);
}

void encode_true(struct arena *arena, struct node *map, const char *key, bool value)
{
    if (value)
        node_set_bool(arena, map, key, true);
}

/* The shortest form that reads back as the same number; 17 digits are always enough for a double.
 * With a fixed number of digits 0.1 would become 0.10000000000000001 in the record. */
void encode_float(struct arena *arena, struct node *map, const char *key, double value)
{
    struct node *number = node_int(arena, 0);
    char *text = NULL;

    for (int digits = 1; digits <= 17; digits++) {
        text = arena_printf(arena, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    number->text = text;
    number->len = strlen(text);
    node_set(map, key, number);
}

/* The first name of a table is the zero value. */
void encode_enum(struct arena *arena, struct node *map, const char *key,
                 const struct enum_table *table, unsigned value)
{
    if (value)
        node_set_text(arena, map, key, enums_name(table, (int)value));
}

void encode_texts(struct arena *arena, struct node *map, const char *key, const char *const *texts,
                  size_t count)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < count; i++)
        node_add(list, node_string(arena, texts[i]));
    if (count)
        node_set(map, key, list);
}

void encode_pairs(struct arena *arena, struct node *map, const char *key, const struct pair *pairs,
                  size_t count)
{
    struct node *members = node_map(arena);

    for (size_t i = 0; i < count; i++)
        node_set_text(arena, members, pairs[i].key, pairs[i].value);
    if (count)
        node_set(map, key, members);
}

struct node *encode_object_ref(struct object_ref ref, struct arena *arena)
{
    struct node *node = node_map(arena);

    encode_text(arena, node, "name", ref.name);
    encode_text(arena, node, "namespace", ref.namespace);
    return node;
}
