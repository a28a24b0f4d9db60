/* translate/import_scope.h - in which namespaces of client clusters an import is visible
 * (docs/translation.md 5.4). */
#ifndef WEFT_TRANSLATE_IMPORT_SCOPE_H
#define WEFT_TRANSLATE_IMPORT_SCOPE_H

#include "translate/resolved.h"

/* Fills the scope of all exports, when the options ask for it. */
void import_scope_find_all(struct resolved *resolved, struct arena *arena);

#endif
