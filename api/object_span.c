/* api/object_span.c - which of the parser's diags belong to which object.  Goes by places alone:
 * the parser keeps the first of two equal keys, and what stood behind the second one is not in the
 * tree. */
#include "api/object_span.h"

#include <string.h>

/* Each object looks at all errors of its document, so there may only be a few of them. */
enum { LOOKED_AT = 100 };

struct extent extent_of_document(const struct diags *diags, const struct diags *before)
{
    const struct diag *first = before->last ? before->last->next : diags->first;
    struct extent extent = {
        .first = first,
        .last = first ? diags->last : NULL,
        .lost = diags->errors > before->errors && diags->errors > DIAGS_KEPT,
    };
    size_t errors = 0;

    for (const struct diag *diag = first; diag && !extent.lost; diag = diag->next)
        if (diag->level == DIAG_ERROR && ++errors > LOOKED_AT) {
            extent.last = diag;
            extent.lost = true;
        }
    return extent;
}

static bool is_before(struct place a, struct place b)
{
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* Items that are aliases have the place of their anchor; then places tell nothing. */
static bool is_in_order(const struct node *list)
{
    for (const struct node *item = list->first; item && item->next; item = item->next)
        if (!is_before(node_place(item), node_place(item->next)))
            return false;
    return true;
}

static bool is_within(const struct extent *extent, struct place place)
{
    return !(extent->start.line && is_before(place, extent->start))
           && !(extent->end.line && !is_before(place, extent->end));
}

/* The first error after diag. */
static const struct diag *next_error(const struct extent *extent, const struct diag *diag)
{
    while (diag != extent->last) {
        diag = diag ? diag->next : extent->first;
        if (diag->level == DIAG_ERROR && is_within(extent, diag->place))
            return diag;
    }
    return NULL;
}

const struct diag *extent_error(const struct extent *extent) { return next_error(extent, NULL); }

struct extent extent_of_list(const struct extent *document, const struct at *items, bool *outside)
{
    struct extent extent = *document;
    const struct diag *error = extent_error(document);
    const struct node *first = items->node ? items->node->first : NULL;

    extent.ordered = error && first && is_in_order(items->node);
    *outside =
        document->lost
        || (error && (!first || (extent.ordered && is_before(error->place, node_place(first)))));
    return extent;
}

bool extent_bad(const struct extent *extent) { return extent->lost || extent_error(extent); }

/* False when an alias brings in what stands elsewhere. */
static bool holds(const struct extent *extent, const struct node *node)
{
    if (!is_within(extent, node_place(node)))
        return false;
    for (const struct node *child = node->first; child; child = child->next)
        if (!holds(extent, child))
            return false;
    return true;
}

struct extent extent_of_item(const struct extent *list, const struct at *items, size_t index)
{
    struct extent extent = *list;
    const struct at item = at_item(items, index), next = at_item(items, index + 1);

    if (!list->ordered || !item.node)
        return extent;
    extent.start = node_place(item.node);
    if (next.node)
        extent.end = node_place(next.node);
    return holds(&extent, item.node) ? extent : *list;
}

/* Each key begins a line, so that columns tell which map a place belongs to. */
static bool is_block(const struct node *map)
{
    for (const struct node *member = map->first; member && member->next; member = member->next)
        if (member->key_line == member->next->key_line)
            return false;
    return map->first != NULL;
}

/* Below a member of the object, deeper than the object's own keys, but not in its metadata. */
static bool is_in_body(const struct node *object, struct place place)
{
    const struct node *inside = NULL;

    for (const struct node *member = object->first; member; member = member->next) {
        struct place key = { member->file, member->key_line, member->key_column };

        if (is_before(key, place))
            inside = member;
    }
    return inside && place.column > inside->key_column && strcmp(inside->key, "metadata") != 0;
}

bool extent_in_doubt(const struct extent *extent, const struct at *object)
{
    const struct node *node = object->node;
    bool block = node && node->kind == NODE_MAP && is_block(node);

    if (extent->lost)
        return true;
    for (const struct diag *diag = extent_error(extent); diag; diag = next_error(extent, diag))
        if (!block || !is_in_body(node, diag->place))
            return true;
    return false;
}
