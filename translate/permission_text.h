/* translate/permission_text.h - what a ruling says to people. */
#ifndef WEFT_TRANSLATE_PERMISSION_TEXT_H
#define WEFT_TRANSLATE_PERMISSION_TEXT_H

#include "translate/permission.h"

/* Why it admits or refuses, as the rest of a sentence about the object that decides
 * ("spec.sourceSelector[0] admits the caller"); in the arena, or constant. */
const char *permission_text(const struct permission_ruling *ruling, struct arena *arena);

#endif
