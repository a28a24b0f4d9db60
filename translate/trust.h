/* translate/trust.h - what is asked of pki for a VirtualMesh (docs/translation.md 4.2, 6.1). */
#ifndef WEFT_TRANSLATE_TRUST_H
#define WEFT_TRANSLATE_TRUST_H

#include "translate/resolved.h"

/* Fills trust and trust_retained of the plan, and adds an error to each mesh when the trust model
 * cannot be served. */
void trust_ask(const struct resolved *resolved, struct resolved_virtual_mesh *virtual_mesh,
               struct arena *arena);

#endif
