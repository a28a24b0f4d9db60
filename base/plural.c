/* base/plural.c - plural forms for messages. */
#include "base/plural.h"
#include "base/text.h"

const char *plural_count(size_t count, const char *noun, struct arena *arena)
{
    bool takes_es = text_ends(noun, "sh") || text_ends(noun, "s") || text_ends(noun, "x");

    return arena_printf(arena, "%zu %s%s", count, noun, count == 1 ? "" : takes_es ? "es" : "s");
}
