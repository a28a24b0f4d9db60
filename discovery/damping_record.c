/* discovery/damping_record.c - what was seen to be missing, as a tree and back.  Pure.
 *
 * A stored form, in the state: key to [since, reads], both counted from when the thing was first
 * missing. An entry that cannot be read is dropped. Its wait then begins again, which keeps an
 * object longer than needed and removes none too early. */
#include "discovery/damping_record.h"

#include "base/text.h"
#include "base/write.h"

struct node *damping_record_node(const struct damping_entry *entries, size_t count,
                                 struct arena *arena)
{
    struct node *map = node_map(arena);

    for (size_t i = 0; i < count; i++) {
        struct node *list = node_set(map, entries[i].key, node_list(arena));

        node_add(list, node_int(arena, entries[i].since));
        node_add(list, node_int(arena, entries[i].reads));
    }
    return map;
}

const struct damping_entry *damping_record_read(const struct node *node, size_t *count,
                                                struct arena *arena)
{
    struct damping_entry *entries = NULL;

    *count = 0;
    for (const struct node *item = node && node->kind == NODE_MAP ? node->first : NULL; item;
         item = item->next) {
        const struct node *first = item->kind == NODE_LIST ? item->first : NULL;
        const struct node *second = first ? first->next : NULL;
        int64_t since, reads;

        if (second && node_text(first) && node_text(second)
            && parse_int(node_text(first), 0, INT64_MAX, &since)
            && parse_int(node_text(second), 1, UINT32_MAX, &reads))
            *ARENA_PUSH(arena, entries, *count) =
                (struct damping_entry){ arena_text(arena, item->key), since, (uint32_t)reads };
    }
    return entries;
}
