/* base/words.c - a text between separators as a list.  Pure. */
#include "base/words.h"

#include <string.h>

const char *words_next(const char **text, const char *separators, struct arena *arena)
{
    const char *begin = *text + strspn(*text, separators);
    const size_t len = strcspn(begin, separators);

    *text = begin + len;
    return len ? arena_bytes(arena, begin, len) : NULL;
}

const char **words_split(const char *text, const char *separators, size_t *count,
                         struct arena *arena)
{
    const char **out = NULL, *word;

    for (*count = 0; text && (word = words_next(&text, separators, arena));)
        *ARENA_PUSH(arena, out, *count) = word;
    return out;
}
