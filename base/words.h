/* base/words.h - a text between separators as a list. */
#ifndef WEFT_BASE_WORDS_H
#define WEFT_BASE_WORDS_H

#include "base/arena.h"

/* The next piece of *text between any of the characters of separators, in the arena; NULL: there is
 * no more.  *text moves behind it. */
const char *words_next(const char **text, const char *separators, struct arena *arena);
/* All pieces of text, in their order; empty ones are left out.  text NULL: none.  List and pieces
 * are in the arena. */
const char **words_split(const char *text, const char *separators, size_t *count,
                         struct arena *arena);

#endif
