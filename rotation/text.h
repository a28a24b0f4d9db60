/* rotation/text.h - what people read about a rotation.  Pure: no clock, no files, no keys. */
#ifndef WEFT_ROTATION_TEXT_H
#define WEFT_ROTATION_TEXT_H

#include "rotation/rotation.h"

/* "<rotation id>/<step>" with 1, 2, 3 or the name of its state; false: it is neither. */
bool rotation_approval_parse(const char *text, const char **id, int *step, struct arena *arena);

#endif
