/* translate/domain.h - whether meshes have the same trust domain (docs/translation.md 6.1). */
#ifndef WEFT_TRANSLATE_DOMAIN_H
#define WEFT_TRANSLATE_DOMAIN_H

#include "translate/resolved.h"

/* Two Istio Meshes of the specs have different trust domains, or may have: one has none, or cannot
 * be read.  Whom a VirtualMesh claims does not count, so its mistakes change no policy. */
bool domain_differs(const struct resolved *resolved);
/* Adds W30 to the status of a VirtualMesh whose meshes have different trust domains. */
void domain_warn(const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena);

#endif
