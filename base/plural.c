/* base/plural.c - English, as far as messages need it. */
#include "base/plural.h"
#include "base/text.h"

const char *plural_count(size_t count, const char *noun, struct arena *arena)
{
    bool hisses = text_ends(noun, "sh") || text_ends(noun, "s") || text_ends(noun, "x");

    return arena_printf(arena, "%zu %s%s", count, noun, count == 1 ? "" : hisses ? "es" : "s");
}
