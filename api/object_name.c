/* api/object_name.c - names of objects of the inventory.  Pure.  Joining with dashes is not
 * reversible: Services a-b/c and a/b-c have one joined name, so the second one in order gets a mark
 * of its own. */
#include "api/object_name.h"

#include "base/digest.h"
#include "base/text.h"
#include <string.h>

static char *replaced(const char *text, struct arena *arena)
{
    char *out = arena_bytes(arena, text, strlen(text)), *end = out;

    for (; *text; text++)
        if (strchr("*/.:_ ", *text))
            *end++ = '-';
        else if (!strchr("[]\n\"'", *text))
            *end++ = *text;
    *end = '\0';
    return out;
}

const char *object_name_sanitise(const char *text, struct arena *arena)
{
    char *name = replaced(text, arena), hex[33];
    const size_t len = strlen(name);

    if (len > OBJECT_NAME_SANITISED_MAX) {
        digest_md5_hex(hex, name, len);
        name = arena_printf(arena, "%.31s-%.31s", name, hex);
    }
    /* Only now: the hash is that of the name as it was written. */
    for (char *c = name; *c; c++)
        *c = to_lower(*c);
    return name;
}

static const char *marked(const char *joined, const char *text, struct arena *arena)
{
    char hex[65];

    sha256_hex(hex, text, strlen(text));
    return arena_printf(arena, "%s-%.8s", joined, hex);
}

const char *object_name_new(struct map *taken, const char *name, const char *namespace,
                            const char *cluster, struct arena *arena)
{
    const char *joined =
        object_name_sanitise(arena_printf(arena, "%s-%s-%s", name, namespace, cluster), arena);
    const char *out = joined;

    if (map_find(taken, out))
        out = marked(joined, arena_printf(arena, "%s/%s", namespace, name), arena);
    if (map_find(taken, out))
        out = marked(joined, arena_printf(arena, "%s/%s/%s", cluster, namespace, name), arena);
    map_put(taken, out, UNCONST(out));
    return out;
}
