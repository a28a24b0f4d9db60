/* base/yaml_reader.h - what is known while a stream of YAML is read.  Private to base/. */
#ifndef WEFT_BASE_YAML_READER_H
#define WEFT_BASE_YAML_READER_H

#include "base/map.h"
#include "base/parse.h"
#include <yaml.h>

enum {
    LINEAR_MAX =
        16 /* members of a map until duplicate keys are found by hash, items until indexed */
};

struct anchor {
    const struct node *node; /* NULL: still being read, so an alias to it would be endless */
};

struct yaml_reader {
    yaml_parser_t parser;
    const char *file, *bytes;
    size_t len;
    struct diags *diags;
    struct arena *arena; /* of the document being read */
    struct map *anchors; /* of that document; NULL: none yet */
    size_t nodes, alias_nodes, alias_bytes, duplicates;
    bool begun, ended, broken;
};

/* A map while its members come in. */
struct members {
    struct node *map;
    struct map *seen;   /* by key, once the map is no longer small; else NULL */
    struct node *merge; /* the value of "<<"; NULL: none came */
};

/* Ends the file with one diag and returns NULL. */
struct node *parse_yaml_refuse(struct yaml_reader *reader, struct place place, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
struct place parse_yaml_position(const struct yaml_reader *reader, yaml_mark_t mark);
/* Counted; NULL after a diag when there were too many. */
struct node *parse_yaml_node(struct yaml_reader *reader, enum node_kind kind, yaml_mark_t mark);
void parse_yaml_append(struct node *parent, struct node *child);
/* Items by index, so that walking a long list by index is linear. */
void parse_yaml_index_items(struct yaml_reader *reader, struct node *list);
/* The member that already has this key; NULL: none. */
const struct node *parse_yaml_find_member(struct yaml_reader *reader, struct members *members,
                                          const char *key);
void parse_yaml_add_member(struct members *members, struct node *value);

/* The place of an anchor to be filled in once its value was read; NULL: there is no name. */
struct anchor *yaml_alias_anchor(struct yaml_reader *reader, const yaml_char_t *name);
/* A copy of the value of an anchor; NULL after a diag. */
struct node *yaml_alias(struct yaml_reader *reader, const yaml_event_t *event, unsigned depth);

/* The plain key "<<": its value must be a map or a list of maps, which false says after a diag. */
bool yaml_merge_take(struct yaml_reader *reader, struct members *members, struct node *value,
                     bool aliased);
/* At the end of the map: adds what the map does not say itself. */
void yaml_merge_apply(struct yaml_reader *reader, struct members *members);

#endif
