/* translate/manifest.h - what all manifests begin with (docs/translation.md 3.2), and small helpers
 * to build them. */
#ifndef WEFT_TRANSLATE_MANIFEST_H
#define WEFT_TRANSLATE_MANIFEST_H

#include "base/decode.h"
#include "translate/resolved.h"

#define PARENTS_ANNOTATION "parents.networking.mesh.gloo.solo.io"
#define FEDERATION_ANNOTATION "federation.networking.mesh.gloo.solo.io"
#define OWNER_LABEL "owner.networking.mesh.gloo.solo.io"

#define PARENT_VIRTUAL_MESH "networking.mesh.gloo.solo.io/v1, Kind=VirtualMesh"
#define PARENT_ACCESS_POLICY "networking.mesh.gloo.solo.io/v1, Kind=AccessPolicy"
#define PARENT_DESTINATION "discovery.mesh.gloo.solo.io/v1, Kind=Destination"

struct manifest_head {
    const char *api_version, *kind;
    const char *name, *namespace;
    const char *owner;      /* the pod namespace */
    const char *parents;    /* the annotation's value */
    const char *federation; /* the annotation's value; NULL: none */
};
/* A new object with its metadata; the caller adds spec.  The texts must outlive it. */
struct node *manifest_begin(struct arena *arena, const struct manifest_head *head);

/* {"<kind>":[{"name":...,"namespace":...}]}, compact. */
const char *manifest_parents(struct arena *arena, const char *kind, struct object_ref ref);

/* Sets a map of texts, a list of texts; nothing when there are none. */
void manifest_set_pairs(struct arena *arena, struct node *map, const char *key,
                        const struct pair *pairs, size_t count);
void manifest_set_texts(struct arena *arena, struct node *map, const char *key,
                        const char *const *texts, size_t count);

#endif
