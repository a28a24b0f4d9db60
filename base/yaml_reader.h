/* base/yaml_reader.h - what is known while a stream of YAML is read.  Private to base/. */
#ifndef WEFT_BASE_YAML_READER_H
#define WEFT_BASE_YAML_READER_H

#include "base/map.h"
#include "base/node.h"
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
    yaml_event_t ahead; /* what follows the last document; YAML_NO_EVENT: none is kept */
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

/* Ends the file.  What the file is when it is no YAML at all (a template, a page, ...) says more
 * than where the parser stopped. */
void yaml_reader_give_up(struct yaml_reader *reader, struct place place, const char *text);
/* Ends the file with one diag and returns NULL. */
struct node *yaml_reader_refuse(struct yaml_reader *reader, struct place place, const char *fmt,
                                ...) PRINTF_LIKE(3, 4);
struct place yaml_reader_position(const struct yaml_reader *reader, yaml_mark_t mark);

/* Counted; NULL after a diag when there were too many. */
struct node *yaml_reader_node(struct yaml_reader *reader, enum node_kind kind, yaml_mark_t mark);
void yaml_reader_append(struct node *parent, struct node *child);

/* Items by index, so that walking a long list by index is linear. */
void yaml_reader_index_items(struct yaml_reader *reader, struct node *list);

/* The member that already has this key; NULL: none. */
const struct node *yaml_reader_find_member(struct yaml_reader *reader, struct members *members,
                                           const char *key);
void yaml_reader_add_member(struct members *members, struct node *value);

#endif
