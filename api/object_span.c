/* api/object_span.c - which of the parser's diags belong to which object.
 *
 * A document may hold a List of thousands of objects, and one duplicate key in one of them must not
 * refuse the others.  The tree cannot tell whose mistake it is: the parser keeps the first of two
 * equal keys, and the value of the second one is not in the tree.  So this goes by positions alone.
 * A span begins where its object begins and ends where the next item does; an error inside it is
 * the object's.
 *
 * Wherever positions could mislead, the span falls back to the whole document, which refuses more
 * and never less: items out of order (aliases have the position of their anchor), an object with a
 * part that lies outside of its span, more errors than were kept.  An error among the object's own
 * keys or in its metadata hides which object was meant, so then the specs count as incomplete. */
#include "api/object_span.h"

#include <assert.h>
#include <string.h>

/* Every object of a document goes through all of its errors, so this bounds the work. */
enum { LOOKED_AT = 100 };

struct object_span object_span_of_document(const struct diags *diags, const struct diags *before)
{
    const struct diag *first = before->last ? before->last->next : diags->first;
    struct object_span span = {
        .first = first,
        .last = first ? diags->last : NULL,
        .lost = diags->errors > before->errors && diags->errors > DIAGS_KEPT,
    };
    size_t errors = 0;

    for (const struct diag *diag = first; diag && !span.lost; diag = diag->next)
        if (diag->level == DIAG_ERROR && ++errors > LOOKED_AT) {
            span.last = diag;
            span.lost = true;
        }
    return span;
}

static bool is_before(struct place a, struct place b)
{
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* Items that are aliases have the position of their anchor, so positions cannot order them then. */
static bool is_in_order(const struct node *list)
{
    for (const struct node *item = list->first; item && item->next; item = item->next)
        if (!is_before(node_place(item), node_place(item->next)))
            return false;
    return true;
}

static bool is_within(const struct object_span *span, struct place place)
{
    return !(span->start.line && is_before(place, span->start))
           && !(span->end.line && !is_before(place, span->end));
}

/* The first error after diag. */
static const struct diag *next_error(const struct object_span *span, const struct diag *diag)
{
    while (diag != span->last) {
        diag = diag ? diag->next : span->first;
        if (diag->level == DIAG_ERROR && is_within(span, diag->place))
            return diag;
    }
    return NULL;
}

const struct diag *object_span_error(const struct object_span *span)
{
    return next_error(span, NULL);
}

struct object_span object_span_of_list(const struct object_span *document, const struct at *items,
                                       bool *outside)
{
    struct object_span span = *document;
    const struct diag *error = object_span_error(document);
    const struct node *first = items->node ? items->node->first : NULL;

    span.ordered = error && first && is_in_order(items->node);
    *outside =
        document->lost
        || (error && (!first || (span.ordered && is_before(error->place, node_place(first)))));
    return span;
}

bool object_span_bad(const struct object_span *span)
{
    return span->lost || object_span_error(span);
}

/* False when an alias brings in a part that is written elsewhere. */
static bool holds(const struct object_span *span, const struct node *node)
{
    if (!is_within(span, node_place(node)))
        return false;
    for (const struct node *child = node->first; child; child = child->next)
        if (!holds(span, child))
            return false;
    return true;
}

struct object_span object_span_of_item(const struct object_span *list, const struct at *items,
                                       size_t index)
{
    struct object_span span = *list;
    const struct at item = at_item(items, index), next = at_item(items, index + 1);

    assert(!span.start.line && !span.end.line); /* of a document, not of an item */
    if (!list->ordered || !item.node)
        return span;
    span.start = node_place(item.node);
    if (next.node)
        span.end = node_place(next.node);
    return holds(&span, item.node) ? span : *list;
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

bool object_span_in_doubt(const struct object_span *span, const struct at *object)
{
    const struct node *node = object->node;
    bool block = node && node->kind == NODE_MAP && is_block(node);

    if (span->lost)
        return true;
    for (const struct diag *diag = object_span_error(span); diag; diag = next_error(span, diag))
        if (!block || !is_in_body(node, diag->place))
            return true;
    return false;
}
