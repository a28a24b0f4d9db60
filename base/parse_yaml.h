/* base/parse_yaml.h - YAML from outside to node trees, by libyaml.  Every mistake is a diag with
 * its place.  Must not interpret what a document means. */
#ifndef WEFT_BASE_PARSE_YAML_H
#define WEFT_BASE_PARSE_YAML_H

#include "base/compiler.h"
#include "base/node.h"
#include "base/parse.h"

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
 * unknown). A document with anything but "---" behind its value belongs to that rest. A duplicate
 * key is a diag, and the first one stays. */
int parse_yaml_next(struct yaml_reader *reader, const struct node **out, struct arena *arena);

/* One YAML document of a file such as the configuration: 0 and *out (a map or list; an empty file
 * gives an empty map), or -1 with a diag. More than one document is a diag. */
MUST_USE int parse_yaml(const struct node **out, const char *file, const char *bytes, size_t len,
                        struct arena *arena, struct diags *diags);

#endif
