/* base/yaml_reader.c - nodes that are counted, members that are found, and the end of a file that
 * cannot be read. */
#include "base/yaml_reader.h"
#include "base/parse.h"
#include "base/stand_in.h"

struct place yaml_reader_position(const struct yaml_reader *reader, yaml_mark_t mark)
{
    return (struct place){ reader->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1 };
}

void yaml_reader_give_up(struct yaml_reader *reader, struct place place, const char *text)
{
    const char *looks = stand_in_find(reader->bytes, reader->len);

    reader->broken = true;
    if (looks)
        diag_add(reader->diags, DIAG_ERROR, place, "", "%s", looks);
    else
        diag_add(reader->diags, DIAG_ERROR, place, "", "%s", text);
}

struct node *yaml_reader_refuse(struct yaml_reader *reader, struct place place, const char *fmt,
                                ...)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    va_list args;

    va_start(args, fmt);
    yaml_reader_give_up(reader, place, arena_vprintf(arena, fmt, args));
    va_end(args);
    return NULL;
}

struct node *yaml_reader_node(struct yaml_reader *reader, enum node_kind kind, yaml_mark_t mark)
{
    struct node *node;

    if (++reader->nodes > PARSE_NODES_MAX)
        return yaml_reader_refuse(reader, yaml_reader_position(reader, mark),
                                  "more than %d values (aliases expanded); split the file",
                                  PARSE_NODES_MAX);
    node = ARENA_NEW(reader->arena, struct node, 1);
    node->kind = kind;
    node->file = reader->file;
    node->line = (unsigned)mark.line + 1;
    node->column = (unsigned)mark.column + 1;
    return node;
}

void yaml_reader_append(struct node *parent, struct node *child)
{
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
}

void yaml_reader_index_items(struct yaml_reader *reader, struct node *list)
{
    const struct node **items, *item = list->first;

    if (list->count <= LINEAR_MAX)
        return;
    items = ARENA_NEW(reader->arena, const struct node *, list->count);
    for (size_t i = 0; i < list->count; i++, item = item->next)
        items[i] = item;
    list->items = items;
}

const struct node *yaml_reader_find_member(struct yaml_reader *reader, struct members *members,
                                           const char *key)
{
    if (members->map->count < LINEAR_MAX)
        return node_find(members->map, key);
    if (!members->seen) {
        members->seen = map_new(reader->arena);
        for (struct node *member = members->map->first; member; member = member->next)
            map_put(members->seen, member->key, member);
    }
    return map_find(members->seen, key);
}

void yaml_reader_add_member(struct members *members, struct node *value)
{
    yaml_reader_append(members->map, value);
    if (members->seen)
        map_put(members->seen, value->key, value);
}
