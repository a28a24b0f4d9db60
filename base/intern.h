/* base/intern.h - one copy of each distinct string, so that equal names are equal pointers and cost
 * memory once. */
#ifndef WEFT_BASE_INTERN_H
#define WEFT_BASE_INTERN_H

#include "base/arena.h"

struct intern; /* one copy of each distinct string */

struct intern *intern_new(struct arena *arena);
/* As intern_new, but what it needs to find its strings again lives in another arena, which may go
 * away before the strings. */
struct intern *intern_new_apart(struct arena *arena, struct arena *tables);
const char *intern_text(struct intern *intern, const char *bytes, size_t len);

#endif
