/* translate/uncovered.h - Services that refuse every request, because globalAccessPolicy is ENABLED
 * and no AccessPolicy selects them. */
#ifndef WEFT_TRANSLATE_UNCOVERED_H
#define WEFT_TRANSLATE_UNCOVERED_H

#include "translate/resolved.h"

/* Adds W58 to the status of each such VirtualMesh; call it after all policies were applied. Nothing
 * is said while part of the specs is unknown or a policy is INVALID: what that one covers is not
 * known then. */
void uncovered_warn(const struct resolved *resolved, const struct plan *plan, struct arena *arena);

#endif
