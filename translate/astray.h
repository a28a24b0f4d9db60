/* translate/astray.h - Destinations that name a Mesh that the specs do not have (W16). */
#ifndef WEFT_TRANSLATE_ASTRAY_H
#define WEFT_TRANSLATE_ASTRAY_H

#include "translate/resolved.h"

/* A Mesh that is refused is not missing.  destination may be NULL, which is none of them. */
bool astray_is(const struct specs *specs, const struct destination *destination);
/* Sets resolved->astray and its count. */
void astray_find(struct resolved *resolved);
/* Adds W16 when there are any. */
void astray_warn(struct messages *warnings, const struct resolved *resolved, struct arena *arena);

#endif
