/* translate/external.h - Services outside of all meshes (translation.md 11.5). */
#ifndef WEFT_TRANSLATE_EXTERNAL_H
#define WEFT_TRANSLATE_EXTERNAL_H

#include "translate/document.h"
#include "translate/serviceentry.h"

/* Adds the documents of all external Destinations for a mesh of the VirtualMesh. */
void external_documents(struct documents *out, const struct resolved *resolved,
                        const struct vmesh *vmesh, struct variant variant);

#endif
