/* base/parse_items.h - a large list of objects in JSON, one object at a time. */
#ifndef WEFT_BASE_PARSE_ITEMS_H
#define WEFT_BASE_PARSE_ITEMS_H

#include "base/err.h"
#include "base/node.h"

struct parse_items {
    /* Gets each element of the member "items" in its order; the node and its texts are gone when it
     * returns. */
    void (*each)(void *context, const struct node *item);
    void *context;
    /* Whether the text, list or map that is the member of this name comes empty; it is only
     * skipped then.  NULL: nothing is left out. */
    bool (*is_cut)(const char *name, size_t len, bool is_text);
    size_t values_max; /* above that the text is refused; what is cut counts as one */
};

/* Reads one JSON text (RFC 8259) that is a map, as parse_json does, but hands out the elements of
 * its member "items", if that is a list, instead of keeping them: in *head the list has their
 * number and none of them.  bytes must be followed by a NUL; they are overwritten, and texts of
 * *head point into them.  *values: how many there were, values_max + 1 when there were more.
 * -1 and err: it is no such text; elements before the mistake were handed out. */
MUST_USE int parse_items(const struct node **head, size_t *values, char *bytes, size_t len,
                         const struct parse_items *how, struct arena *arena, struct err *err);

#endif
