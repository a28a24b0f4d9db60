/* translate/entry_limit.h - how much one ServiceEntry can hold: the limits of Istio's CRD, and that
 * of the API server for one object (docs/translation.md 3.10). */
#ifndef WEFT_TRANSLATE_ENTRY_LIMIT_H
#define WEFT_TRANSLATE_ENTRY_LIMIT_H

#include "translate/resolved.h"

enum { ENTRY_HOSTS_MAX = 256 };

/* Adds an error (D11) when a ServiceEntry of the export would exceed a limit. */
void entry_limit_check(const struct resolved *resolved, const struct export *export,
                       struct messages *errors, struct arena *arena);
/* Why no ServiceEntry can hold an external Service; NULL: one can, or one for each host. */
const char *entry_limit_external(const struct external_service *service, struct arena *arena);

#endif
