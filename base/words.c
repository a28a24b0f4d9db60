/* base/words.c - a text between separators as a list.  Pure. */
#include "base/words.h"

#include <string.h>

const char **words_split(const char *text, const char *separators, size_t *count,
                         struct arena *arena)
{
    const char **out = NULL;

    for (*count = 0; text && *text;) {
        const size_t len = strcspn(text, separators);

        if (len)
            *ARENA_PUSH(arena, out, *count) = arena_bytes(arena, text, len);
        text += len + (text[len] != '\0');
    }
    return out;
}
