/* translate/external_host.h - hosts of external Services that are names of Services of the meshes
 * (docs/translation.md 11.5). */
#ifndef WEFT_TRANSLATE_EXTERNAL_HOST_H
#define WEFT_TRANSLATE_EXTERNAL_HOST_H

#include "translate/resolved.h"

/* Fills resolved->external_clashes, and adds an error (E14) to each VirtualMesh that is served for
 * each external Service with such a host.  Call it when the federated hosts are known. */
void external_host_check_all(struct resolved *resolved, struct arena *arena);

#endif
