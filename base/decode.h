/* base/decode.h - from node trees to structs.  A decoder never stops: a bad field leaves a safe
 * value and a diag, so that people see all mistakes at once; the caller drops the object when
 * diags.errors grew. */
#ifndef WEFT_BASE_DECODE_H
#define WEFT_BASE_DECODE_H

#include "base/enums.h"
#include "base/map.h"
#include "base/node.h"

/* Where decoded data goes: strings are interned (and so outlive the tree), arrays come from the
 * arena. */
struct decoder {
    struct diags *diags;
    struct arena *arena;
    struct intern *strings;
};

/* A place in a document.  Each step links to its parent on the C stack, so a path costs nothing
 * until printed. */
struct at {
    const struct at *up;
    const char *key; /* NULL: this step is [index] (or the root) */
    size_t index;
    const struct node *node; /* NULL: absent (a null value counts as absent) */
    const struct decoder *with;
};

struct at at_root(const struct node *node, const struct decoder *with);
struct at at_key(const struct at *at, const char *key);
struct at at_item(const struct at *at,
                  size_t index); /* constant time for a list that was parsed (node.items) */
struct at at_member(const struct at *at,
                    const struct node *member); /* member of the map at at, to walk all of them */
bool at_present(const struct at *at);

/* "spec.meshes[0].name", 'metadata.labels["app.kubernetes.io/name"]', "" for the root; in the
 * arena. */
const char *at_path(const struct at *at, struct arena *arena);
/* A diag at the value's place; for an absent one at that of the nearest present ancestor. */
void at_error(const struct at *at, const char *fmt, ...) PRINTF_LIKE(2, 3);
void at_warn(const struct at *at, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A diag for each member that is not in keys (ended by NULL), with the nearest known name ("did you
 * mean"); also when at is present and no map.  False: not a map (absent counts as an empty one). */
bool at_only(const struct at *at, const char *const *keys);
/* The same.  where: for an unknown field without a near name, the path of the map that it belongs
 * to, such as "spec.mtlsConfig"; NULL: none is known. */
bool at_only_here(const struct at *at, const char *const *keys,
                  const char *(*where)(const struct at *at, const char *key, const void *context),
                  const void *context);
/* A diag when more than one of keys (ended by NULL) is present. Returns the index of the first
 * present one, -1 for none. */
int at_oneof(const struct at *at, const char *const *keys);

struct pair {
    const char *key, *value;
};

#endif
