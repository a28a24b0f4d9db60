/* translate/external.h - Services outside of all meshes (docs/translation.md 11.5). */
#ifndef WEFT_TRANSLATE_EXTERNAL_H
#define WEFT_TRANSLATE_EXTERNAL_H

#include "translate/document.h"
#include "translate/service_entry.h"

/* Adds a warning for each external Destination whose addresses one ServiceEntry cannot hold. */
void external_warn(const struct resolved *resolved, struct messages *warnings, struct arena *arena);

/* Adds the documents of all external Destinations for a mesh of the VirtualMesh. */
void external_documents(struct documents *out, const struct resolved *resolved,
                        const struct resolved_virtual_mesh *vmesh, struct variant variant);

#endif
