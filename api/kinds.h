/* api/kinds.h - the kinds that weft reads, one row each.  Private to api/. */
#ifndef WEFT_API_KINDS_H
#define WEFT_API_KINDS_H

#include "api/schema.h"
#include "api/specs.h"

struct kind_row {
    const char *api_version;
    size_t size; /* of its struct */
    size_t meta; /* where struct meta is in it */
    void (*decode)(void *out, struct at at);
    const struct schema *spec; /* offsets are those of the kind's struct */
    bool many;                 /* decoded apart and then compacted; else decoded where it stays */
    const char *plural;        /* of its resource: "virtualmeshes" */
};
extern const struct kind_row kind_rows[KIND_COUNT];

/* What an object, which may be bad, is about: see struct refused in api/specs.h.  In the arena. */
struct cluster_ref kinds_about(enum object_kind kind, const void *object, struct arena *arena);

int kinds_find(const char *name); /* -1: none of ours */
/* The nearest name of a kind; NULL: none is near. */
const char *kinds_nearest(const char *name);
/* apiVersion belongs to a group of ours, whatever its version. */
bool kinds_group_known(const char *api_version);
/* A kind of these groups that weft does not need. */
bool kinds_not_needed(const char *name);

#endif
