/* translate/external.h - Services outside of all meshes (docs/translation.md 11.5). */
#ifndef WEFT_TRANSLATE_EXTERNAL_H
#define WEFT_TRANSLATE_EXTERNAL_H

#include "translate/document.h"
#include "translate/service_entry.h"

/* Adds a warning for each external Destination whose addresses one ServiceEntry cannot hold. */
void external_warn(const struct resolved *resolved, struct messages *warnings, struct arena *arena);

/* The objects that an external Destination becomes in a mesh: none when no ServiceEntry can hold
 * it, or its host is that of a Service (external_host.h). */
struct external_name {
    const char *kind, *name;
    const char *host; /* the one that it is for; NULL: all */
};
struct external_names {
    struct external_name *items;
    size_t count;
};
/* rules: the VirtualMesh asks for what DestinationRules hold. */
struct external_names external_names(const struct resolved *resolved,
                                     const struct destination *destination, bool rules,
                                     struct arena *arena);
/* Adds "<kind> <name>" of all objects that external Destinations became before they had a problem
 * that external_warn reports. */
void external_add_retained(struct map *names, const struct resolved *resolved, struct arena *arena);
/* Whose such an object is, for unique.h and for people. */
const char *external_owner(const struct destination *destination, const char *host,
                           struct arena *arena);

/* Adds the documents of all external Destinations for a mesh of a VirtualMesh. */
void external_documents(struct documents *out, const struct resolved *resolved,
                        const struct resolved_mesh *mesh);

#endif
