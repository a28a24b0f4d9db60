/* base/node.h - one tree for YAML and JSON: read with places, built by renderers, written by
 * write.h. */
#ifndef WEFT_BASE_NODE_H
#define WEFT_BASE_NODE_H

#include "base/diag.h"
#include <stdint.h>

/* What a scalar is follows YAML 1.2's core schema, plus the words that Kubernetes' reader
 * (YAML 1.1) takes for booleans (yes, no, on, off, y, n) or numbers (1_000, 0b11), so that weft and
 * kubectl agree on every document. */
enum node_kind { NODE_NULL, NODE_BOOL, NODE_NUMBER, NODE_STRING, NODE_MAP, NODE_LIST };

struct node {
    enum node_kind kind;
    unsigned line, column; /* of the value; 0 when built */
    unsigned key_line, key_column;
    const char *file;                /* NULL when built */
    const char *key;                 /* of a map's member, else NULL */
    const char *text;                /* of a scalar, NUL-terminated, as written (without quotes) */
    size_t len;                      /* of text */
    struct node *first, *last;       /* members or items */
    struct node *next;               /* sibling */
    size_t count;                    /* of members or items */
    const struct node *const *items; /* items by index, of a long list that was parsed; else NULL */
};

/* What a plain (unquoted) YAML scalar is; one rule for reader and writer. */
enum node_kind scalar_kind(const char *text, size_t len);

struct place node_place(const struct node *node);
const struct node *node_find(const struct node *map,
                             const char *key);  /* NULL: absent, or not a map */
bool node_true(const struct node *node);        /* a NODE_BOOL that says yes */
const char *node_text(const struct node *node); /* scalar's text; NULL for anything else */
/* node_text at a path of keys ended by NULL: node_get(obj, "metadata", "name", NULL). NULL: absent.
 */
const char *node_get(const struct node *node, ...) __attribute__((sentinel));
/* node_text of a member; "": absent, or no scalar. */
const char *node_get_text(const struct node *map, const char *key);

/* Building.  Texts and keys are not copied: they must outlive the tree (string literals, the
 * arena). */
struct node *node_map(struct arena *arena);
struct node *node_list(struct arena *arena);
struct node *node_string(struct arena *arena, const char *text);
struct node *node_int(struct arena *arena, int64_t value);
struct node *node_bool(struct arena *arena, bool value);
/* Appends a member (map) and returns the value; the key must be new to the map. */
struct node *node_set(struct node *map, const char *key, struct node *value);
/* Appends an item (list) and returns it. */
struct node *node_add(struct node *list, struct node *item);
/* Shorthands that append a scalar; the text of node_set_text may be NULL, then nothing happens. */
void node_set_text(struct arena *arena, struct node *map, const char *key, const char *text);
void node_set_int(struct arena *arena, struct node *map, const char *key, int64_t value);
void node_set_bool(struct arena *arena, struct node *map, const char *key, bool value);
/* A deep copy into another arena, with its texts. */
struct node *node_copy(struct arena *arena, const struct node *node);
/* Same kinds, texts (of booleans: same truth) and members; the order of a map's members does not
 * matter. */
bool node_equal(const struct node *a, const struct node *b);

#endif
