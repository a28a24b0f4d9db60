/* delivery/format.h - one way of delivery: a row of functions.  A new way is one row in deliver.c and one
 * file. */
#ifndef WEFT_DELIVERY_FORMAT_H
#define WEFT_DELIVERY_FORMAT_H

#include "delivery/delivery.h"

/* The manifest's public parts. */
struct secret_object {
    const char *name, *namespace;
    const char *owner;   /* label */
    const char *parents; /* annotation parents.networking.mesh.gloo.solo.io */
};

struct delivery_format {
    int (*open)(void **out, const char *cluster, const char *file, const char *key_text, size_t len,
                int64_t now, struct err *err);
    void (*close)(void *key);
    const char *(*fingerprint)(const void *key);
    int64_t (*not_after)(const void *key);
    /* The manifest as a tree in arena, encrypted values only. */
    int (*render)(struct node **out, const void *key, const struct secret_object *object,
                  const struct cacerts *cacerts, struct arena *arena, struct err *err);
};

extern const struct delivery_format mode_sealed_secret;

/* What every manifest with a key carries, so that a GitOps tool never deletes a CA that is in use.
 */
void secret_object_metadata(struct node *manifest, const struct secret_object *object,
                            struct arena *arena);

const char *secret_object_parents(const struct virtual_mesh *virtual_mesh, struct arena *arena);

#endif
