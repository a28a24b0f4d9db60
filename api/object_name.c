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

/* Names of different kinds do not meet. */
static const char *key_of(const char *kind, const char *object, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", kind, object);
}

static const char *owner_of(const char *name, const char *namespace, const char *cluster,
                            struct arena *arena)
{
    return arena_printf(arena, "%s/%s/%s", cluster, namespace, name);
}

static bool is_free(const struct map *taken, const char *key, const char *owner)
{
    const char *before = map_find(taken, key);

    return !before || text_equal(before, owner);
}

void object_name_reserve(struct map *taken, const char *kind, const char *object, const char *name,
                         const char *namespace, const char *cluster, struct arena *arena)
{
    map_put_text(taken, key_of(kind, object, arena), owner_of(name, namespace, cluster, arena));
}

const char *object_name_plain(const char *name, const char *namespace, const char *cluster,
                              struct arena *arena)
{
    return object_name_sanitise(arena_printf(arena, "%s-%s-%s", name, namespace, cluster), arena);
}

const char *object_name_new(struct map *taken, const char *kind, const char *name,
                            const char *namespace, const char *cluster, struct arena *arena)
{
    const char *owner = owner_of(name, namespace, cluster, arena);
    const char *joined = object_name_plain(name, namespace, cluster, arena);
    const char *out = joined;

    if (!is_free(taken, key_of(kind, out, arena), owner))
        out = marked(joined, arena_printf(arena, "%s/%s", namespace, name), arena);
    if (!is_free(taken, key_of(kind, out, arena), owner))
        out = marked(joined, owner, arena);
    object_name_reserve(taken, kind, out, name, namespace, cluster, arena);
    return out;
}
