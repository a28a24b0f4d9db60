/* base/yaml_alias.c - anchors of a document and copies of their values, within limits.  Must not
 * ask libyaml for events.
 *
 * A copy, not a second reference: decoders and writers walk trees, and a member has one key and
 * one next. The copy keeps the position of the anchor's value, which is where a mistake is to be
 * corrected. An anchor is known before its value is read and gets its node afterwards, so an alias
 * inside its own anchor is recognised by the missing node, and no tree can contain itself. Values
 * and bytes of copies have limits of their own, far below those of a file, since ten lines can
 * describe billions of values. */
#include "base/yaml_alias.h"
#include "base/parse.h"

#include <string.h>

/* The structure is copied, texts are shared; nodes and bytes count as if they had been written out.
 */
static struct node *expand(struct yaml_reader *reader, const struct node *node, yaml_mark_t mark,
                           unsigned depth)
{
    struct node *copy;

    if (depth > PARSE_DEPTH_MAX)
        return yaml_reader_refuse(reader, yaml_reader_position(reader, mark),
                                  "nested more than %d levels deep", PARSE_DEPTH_MAX);
    reader->alias_bytes += node->len;
    if (++reader->alias_nodes > PARSE_ALIASED_MAX || reader->alias_bytes > PARSE_BYTES_MAX)
        return yaml_reader_refuse(
            reader, yaml_reader_position(reader, mark),
            "aliases expand to more than %d values or %d MB; write the values out",
            PARSE_ALIASED_MAX, PARSE_BYTES_MAX / 1024 / 1024);
    copy = yaml_reader_node(reader, node->kind, mark);
    if (!copy)
        return NULL;
    *copy = *node;
    copy->first = copy->last = copy->next = NULL;
    copy->count = 0;
    for (const struct node *child = node->first; child; child = child->next) {
        struct node *child_copy;

        reader->alias_bytes += child->key ? strlen(child->key) : 0;
        child_copy = expand(reader, child, mark, depth + 1);
        if (!child_copy)
            return NULL;
        yaml_reader_append(copy, child_copy);
    }
    if (copy->kind == NODE_LIST)
        yaml_reader_index_items(reader, copy);
    return copy;
}

struct node *yaml_alias(struct yaml_reader *reader, const yaml_event_t *event, unsigned depth)
{
    const char *name = (const char *)event->data.alias.anchor;
    const struct anchor *anchor = reader->anchors ? map_find(reader->anchors, name) : NULL;
    struct place place = yaml_reader_position(reader, event->start_mark);

    if (!anchor)
        return yaml_reader_refuse(reader, place, "the alias *%.80s has no anchor &%.80s before it",
                                  name, name);
    if (!anchor->node)
        return yaml_reader_refuse(reader, place, "the alias *%.80s is inside its own anchor", name);
    return expand(reader, anchor->node, event->start_mark, depth);
}

struct anchor *yaml_alias_anchor(struct yaml_reader *reader, const yaml_char_t *name)
{
    struct anchor *anchor;

    if (!name)
        return NULL;
    anchor = ARENA_NEW(reader->arena, struct anchor, 1);
    if (!reader->anchors)
        reader->anchors = map_new(reader->arena);
    map_put(reader->anchors, arena_text(reader->arena, (const char *)name), anchor);
    return anchor;
}
