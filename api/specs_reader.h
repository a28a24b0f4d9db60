/* api/specs_reader.h - what is known while the files of a specs repository are read.  Private to
 * api/. */
#ifndef WEFT_API_SPECS_READER_H
#define WEFT_API_SPECS_READER_H

#include "api/compact.h"
#include "api/kinds.h"

struct staged {               /* one object, good or bad */
    void *object;             /* struct of its kind, in staging */
    const struct meta *meta;  /* in object */
    const char *error;        /* NULL: good */
    struct cluster_ref about; /* of a bad one: see struct refused */
};

struct staged_list { /* all objects of one kind, as they came */
    struct staged *items;
    size_t count;
};

struct specs_reader {
    struct arena *arena;   /* the caller's: what stays */
    struct arena *scratch; /* the tree of one document */
    struct arena *staging; /* what is moved to its final place by specs_end; the reader itself */
    struct diags *diags;
    struct decoder decoder; /* to arena */
    struct decoder passing; /* to scratch, for kinds that are compacted */
    struct compact compact;
    const char *pod_namespace;
    struct staged_list staged[KIND_COUNT];
    struct specs_file { /* the one being read */
        const char *bytes;
        size_t len;
        bool foreign; /* it belongs to another tool by its name */
        bool looked_at;
        const char *looks; /* what stand_in_find told, once it was looked at */
    } file;
    bool incomplete;
};

#endif
