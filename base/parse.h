/* base/parse.h - bytes from outside to node trees: YAML by libyaml, JSON by jansson.
 * Every mistake is a diag with its place.  Limits protect against hostile input. */
#ifndef WEFT_BASE_PARSE_H
#define WEFT_BASE_PARSE_H

#include "base/err.h"
#include "base/node.h"

enum {
    PARSE_BYTES_MAX = 8 * 1024 * 1024, /* of one file; a larger one is one diag */
    PARSE_DEPTH_MAX = 64,
    PARSE_NODES_MAX = 2000000, /* values of one file, aliases expanded */
    PARSE_ALIASED_MAX =
        200000 /* of these, those that aliases made: ends an alias bomb while it is small */
};

/* One stream of YAML documents (YAML 1.1 as libyaml reads it; anchors and aliases are expanded,
 * "<<" merge keys are merged as kubectl does: yaml_merge.c).  bytes must outlive the
 * reader; trees outlive it, but not arena nor that of diags (which holds the name of the file). */
struct yaml_reader;

struct yaml_reader *parse_yaml_open(const char *file, const char *bytes, size_t len,
                                    struct diags *diags);
void parse_yaml_close(struct yaml_reader *reader);
AUTO_DEFINE(struct yaml_reader, parse_yaml_close)
/* The next document that is not empty, as a tree in arena: 1 and *out, 0 at the end, -1 when the
 * rest cannot be read (syntax, encoding, limits: one diag was added, and whatever came after is
 * unknown). A duplicate key is a diag, and the first one stays. */
int parse_yaml_next(struct yaml_reader *reader, const struct node **out, struct arena *arena);

/* One YAML document of a file such as the configuration: 0 and *out (a map or list; an empty file
 * gives an empty map), or -1 with a diag. More than one document is a diag. */
MUST_USE int parse_yaml(const struct node **out, const char *file, const char *bytes, size_t len,
                        struct arena *arena, struct diags *diags);
/* One JSON text (RFC 8259) as it comes from a server; no places.  -1 and err when it is not JSON,
 * or above PARSE_NODES_MAX (as json_values counts) or PARSE_DEPTH_MAX; that is found before memory
 * is taken for it. */
MUST_USE int parse_json(const struct node **out, const char *bytes, size_t len, struct arena *arena,
                        struct err *err);
/* The same for a text that holds secrets: whatever is copied on the way is overwritten; what is
 * left is the tree, in the arena. */
MUST_USE int parse_json_secret(const struct node **out, const char *bytes, size_t len,
                               struct arena *arena, struct err *err);
/* An upper bound of the values (maps, lists and scalars) in a JSON text: one for each comma and
 * each opening bracket outside of strings, and one.  An empty map or list counts twice. */
size_t json_values(const char *bytes, size_t len);

#endif
