/* base/plural.h - counts with their nouns, for messages. */
#ifndef WEFT_BASE_PLURAL_H
#define WEFT_BASE_PLURAL_H

#include "base/arena.h"

/* "1 mesh", "3 meshes": the noun gets an s, or es after s, x and sh.  In the arena. */
const char *plural_count(size_t count, const char *noun, struct arena *arena);

#endif
