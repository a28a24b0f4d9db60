/* base/plural.h - numbers and nouns for people. */
#ifndef WEFT_BASE_PLURAL_H
#define WEFT_BASE_PLURAL_H

#include "base/arena.h"

/* "1 mesh", "3 meshes": the noun gets an s, or es after a hissing sound.  In the arena. */
const char *plural_count(size_t count, const char *noun, struct arena *arena);

#endif
