/* base/intern.h - one copy of each distinct string, so that equal names are equal pointers and cost
 * memory once. */
#ifndef WEFT_BASE_INTERN_H
#define WEFT_BASE_INTERN_H

#include "base/arena.h"

struct intern; /* one copy of each distinct string */

struct intern *intern_new(struct arena *arena);
/* As intern_new, but what it needs to find its strings again is memory of its own, which
 * intern_close gives back; the strings stay in the arena. */
struct intern *intern_open(struct arena *arena);
void intern_close(struct intern *intern);
AUTO_DEFINE(struct intern, intern_close)
const char *intern_text(struct intern *intern, const char *bytes, size_t len);

#endif
