/* discovery/read.h - fields of one item of a list, copied into the memory of the facts, so that the
 * item can be dropped.  A field of another type than the API documents counts as absent: the API
 * server validates what it stores, and a list of something else shows in the names of its items.
 * Private to discovery/. */
#ifndef WEFT_DISCOVERY_READ_H
#define WEFT_DISCOVERY_READ_H

#include "base/decode.h"
#include "base/intern.h"

struct reader {
    struct arena *arena; /* what stays */
    struct intern *strings;
};

/* The text at a member of map; "" when it is absent. */
const char *read_text(const struct reader *reader, const struct node *map, const char *key);
/* A copy of text; NULL and "" are "". */
const char *read_copy(const struct reader *reader, const char *text);
/* A number of 0 to max; 0 when it is absent or another one. */
uint32_t read_number(const struct node *map, const char *key, uint32_t max);
bool read_true(const struct node *map, const char *key);
/* The member at a path of keys ended by NULL; NULL: absent. */
const struct node *read_at(const struct node *map, ...) __attribute__((sentinel));
/* Labels: those that Kubernetes takes, sorted by key. */
const struct pair *read_labels(const struct reader *reader, const struct node *map, size_t *count);
/* Texts of a list, in its order. */
const char *const *read_texts(const struct reader *reader, const struct node *list, size_t *count);
/* The value of a label or of another pair; NULL: absent. */
const char *read_pair(const struct pair *pairs, size_t count, const char *key);

#endif
