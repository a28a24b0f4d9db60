/* translate/flat_network.h - whether a network that is said to be flat can be
 * (docs/translation.md 11.1).
 */
#ifndef WEFT_TRANSLATE_FLAT_NETWORK_H
#define WEFT_TRANSLATE_FLAT_NETWORK_H

#include "translate/resolved.h"

/* Adds an error to each federated Destination of a flat VirtualMesh that has a pod whose address is
 * also that of a pod in another cluster. */
void flat_network_check(struct resolved *resolved, struct arena *arena);

#endif
