/* base/yaml_merge.c - the merge key "<<" of YAML 1.1 (https://yaml.org/type/merge.html), as
 * kubectl's reader takes it.
 *
 * A map gets the members of the map, or of each map of the list, that is the value of its "<<",
 * unless it has them itself; of a list the earlier map wins.  Each merged member was already
 * counted as a value when it was read (by its alias, or as written), so merging makes no new ones
 * and ends with the limits of the file.  Members keep the place where they are written, which is
 * where a mistake in them is corrected.
 *
 * One case is refused: a key that comes before the "<<" and is in the merged map as well.
 * There the readers of Kubernetes disagree: kubectl (yaml.v2) takes the merged value, kustomize
 * (yaml.v3) the map's own. */
#include "base/yaml_merge.h"

static bool is_mergeable(const struct node *value, bool aliased)
{
    if (value->kind == NODE_MAP)
        return true;
    if (value->kind != NODE_LIST || aliased)
        return false;
    for (const struct node *item = value->first; item; item = item->next)
        if (item->kind != NODE_MAP)
            return false;
    return true;
}

/* The map has only the members before the "<<" so far. */
static void check_order(struct yaml_reader *reader, struct members *members,
                        const struct node *from)
{
    for (const struct node *member = from->first; member; member = member->next) {
        const struct node *own = yaml_reader_find_member(reader, members, member->key);

        if (own)
            diag_add(
                reader->diags, DIAG_ERROR,
                (struct place){ reader->file, own->key_line, own->key_column }, "",
                "the key %.80s comes before << and is in the merged map as well, which kubectl "
                "and kustomize read differently; move << to the top of its map",
                own->key);
    }
}

bool yaml_merge_take(struct yaml_reader *reader, struct members *members, struct node *value,
                     bool aliased)
{
    if (!is_mergeable(value, aliased)) {
        yaml_reader_refuse(reader, node_place(value),
                           "the merge key << takes a map or a list of maps, such as <<: *name");
        return false;
    }
    members->merge = value;
    if (value->kind == NODE_MAP)
        check_order(reader, members, value);
    else
        for (const struct node *item = value->first; item; item = item->next)
            check_order(reader, members, item);
    return true;
}

static void merge_map(struct yaml_reader *reader, struct members *members, struct node *from)
{
    struct node *next;

    for (struct node *member = from->first; member; member = next) {
        next = member->next;
        member->next = NULL;
        if (!yaml_reader_find_member(reader, members, member->key))
            yaml_reader_add_member(members, member);
    }
}

void yaml_merge_apply(struct yaml_reader *reader, struct members *members)
{
    if (!members->merge)
        return;
    if (members->merge->kind == NODE_MAP) {
        merge_map(reader, members, members->merge);
        return;
    }
    for (struct node *item = members->merge->first; item; item = item->next)
        merge_map(reader, members, item);
}
