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

#endif
