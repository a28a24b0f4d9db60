/* api/ref.h - what every object of the API has: its names, its place, its references.
 * VirtualMesh API */
#ifndef WEFT_API_REF_H
#define WEFT_API_REF_H

#include "base/decode.h"

struct object_ref {
    const char *name, *namespace;
};

struct cluster_ref {
    const char *name, *namespace, *cluster;
};

/* metadata, as far as weft reads it. */
struct meta {
    const char *name, *namespace;
    int64_t generation;             /* 0: not given, as usual in Git */
    int64_t created;                /* creationTimestamp in seconds; 0: not given */
    const struct pair *annotations; /* "weft.dev/" and "discovery.weft.dev/" alone */
    size_t annotation_count;
    struct place place; /* of the object */
    const char *key;    /* "name.namespace." (object_ref_key) */
};

struct schema;
extern const struct schema object_ref_schema;  /* both parts required */
extern const struct schema cluster_ref_schema; /* all three required */
extern const struct schema account_ref_schema; /* of service accounts: each part may be left out */

/* "name.namespace.cluster"; objects of the management cluster end in a dot. In the arena. */
const char *object_ref_key(struct object_ref ref, struct arena *arena);
const char *cluster_ref_key(struct cluster_ref ref, struct arena *arena);
/* What an object_ref_key was made of; of a text without a dot the namespace is "". */
struct object_ref object_ref_of_key(const char *key, struct arena *arena);
/* "namespace/name", as people read and type it. In the arena. */
const char *object_ref_text(struct object_ref ref, struct arena *arena);
/* "cluster/namespace/name", the same. */
const char *cluster_ref_text(struct cluster_ref ref, struct arena *arena);
bool object_ref_equal(struct object_ref a, struct object_ref b);
bool cluster_ref_equal(struct cluster_ref a, struct cluster_ref b);

#endif
