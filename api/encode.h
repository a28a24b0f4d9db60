/* api/encode.h - small steps from structs to node trees, zero values left out as proto3 does.
 * Private to api/. */
#ifndef WEFT_API_ENCODE_H
#define WEFT_API_ENCODE_H

#include "api/ref.h"

void encode_text(struct arena *arena, struct node *map, const char *key,
                 const char *text); /* not when NULL or "" */
void encode_int(struct arena *arena, struct node *map, const char *key,
                int64_t value); /* not when 0 */
void encode_true(struct arena *arena, struct node *map, const char *key,
                 bool value); /* not when false */
/* The shortest number that reads back as the same double. */
void encode_float(struct arena *arena, struct node *map, const char *key, double value);
void encode_enum(struct arena *arena, struct node *map, const char *key,
                 const struct enum_table *table, unsigned value);
/* Not when there are none. */
void encode_texts(struct arena *arena, struct node *map, const char *key, const char *const *texts,
                  size_t count);
void encode_pairs(struct arena *arena, struct node *map, const char *key, const struct pair *pairs,
                  size_t count);

struct node *encode_object_ref(struct object_ref ref, struct arena *arena);

#endif
