/* api/specs_reader.h - what is known while the files of a specs repository are read.  Private to
 * api/. */
#ifndef WEFT_API_SPECS_READER_H
#define WEFT_API_SPECS_READER_H

#include "api/compact.h"
#include "api/kinds.h"

/* One object, good or bad; the struct of its kind follows. */
struct staged {
    struct staged *next;
    const struct meta *meta;         /* in its struct */
    const char *error;               /* NULL: good */
    const struct cluster_ref *about; /* of a bad one: see struct refused; NULL: good */
};
static inline void *staged_object(const struct staged *staged) { return UNCONST(staged + 1); }

/* All objects of one kind, as they came.  A list leaves nothing behind as it grows, and each kind
 * has an arena of its own, which goes when its objects are where they stay. */
struct staged_list {
    struct arena *arena;
    struct staged *first, *last;
    size_t count;
};

struct specs_reader {
    struct arena *arena;   /* the caller's: what stays */
    struct arena *scratch; /* the tree of one document */
    struct arena *staging; /* what specs_end drops: the reader itself, and what it looks up */
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
