/* translate/rule_name.h - names of the DestinationRules of imports (docs/translation.md Q27). */
#ifndef WEFT_TRANSLATE_RULE_NAME_H
#define WEFT_TRANSLATE_RULE_NAME_H

#include "translate/resolved.h"

/* Fills rule_name of all exports, and resolved->export_by_service.  Adds an error (D12) to an
 * export for whose rule there is no name, and holds it. */
void rule_name_give_all(struct resolved *resolved, struct arena *arena);

#endif
