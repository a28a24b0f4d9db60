/* translate/federate.h - which Destinations are federated to which meshes
 * (docs/translation.md 2.4). */
#ifndef WEFT_TRANSLATE_FEDERATE_H
#define WEFT_TRANSLATE_FEDERATE_H

#include "translate/resolved.h"

/* Fills resolved->exports but for their addresses, and the Destinations in the statuses. */
void federate_exports(struct resolved *resolved, struct arena *arena);

#endif
