/* delivery/secret_object.h - the public parts of a manifest or Secret that holds a cacerts. */
#ifndef WEFT_DELIVERY_SECRET_OBJECT_H
#define WEFT_DELIVERY_SECRET_OBJECT_H

#include "api/virtual_mesh.h"
#include "base/node.h"

struct secret_object {
    const char *name, *namespace;
    const char *owner;   /* label */
    const char *parents; /* annotation parents.networking.mesh.gloo.solo.io */
    int64_t now;         /* when it is encrypted, for formats that say so */
    /* For formats that give public files to an agent; never part of what decides whether a delivery
     * is rendered again. */
    int64_t serial;
    const char *spki;
    const char *refused; /* issuance.h; this one does decide, unless it is NULL or "" */
};

/* metadata with what the manifest and the Secret made from it share: name, namespace and labels.
 * Returns its annotations, still empty. */
struct node *secret_object_name(struct node *manifest, const struct secret_object *object,
                                struct arena *arena);
/* What every manifest with a key carries, so that a GitOps tool never deletes a CA that is in use.
 * Returns the annotations. */
struct node *secret_object_metadata(struct node *manifest, const struct secret_object *object,
                                    struct arena *arena);

/* Of a Secret that weft writes itself: lets a controller of SealedSecrets replace it when the way
 * of delivery changes. */
void secret_object_allow_takeover(struct node *annotations, struct arena *arena);

const char *secret_object_parents(const struct virtual_mesh *virtual_mesh, struct arena *arena);

#endif
