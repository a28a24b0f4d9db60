/* base/parse_json.h - JSON from servers to node trees, by jansson. */
#ifndef WEFT_BASE_PARSE_JSON_H
#define WEFT_BASE_PARSE_JSON_H

#include "base/err.h"
#include "base/node.h"
#include "base/parse.h"

/* One JSON text (RFC 8259) as it comes from a server; no places.  -1 and err when it is not JSON,
 * or above PARSE_NODES_MAX (as parse_json_values counts) or PARSE_DEPTH_MAX; that is found before
 * memory is taken for it. */
MUST_USE int parse_json(const struct node **out, const char *bytes, size_t len, struct arena *arena,
                        struct err *err);
/* The same for a text that holds secrets: whatever is copied on the way is overwritten; what is
 * left is the tree, in the arena. */
MUST_USE int parse_json_secret(const struct node **out, const char *bytes, size_t len,
                               struct arena *arena, struct err *err);
/* An upper bound of the values (maps, lists and scalars) in a JSON text: one for each comma and
 * each opening bracket outside of strings, and one.  An empty map or list counts twice. */
size_t parse_json_values(const char *bytes, size_t len);

#endif
