/* api/vault_path.c - the parts of a caPath.  Pure.
 *
 * Vault signs intermediates at <mount>/root/sign-intermediate, with the default issuer of the
 * mount, and at <mount>/issuer/<ref>/sign-intermediate. Both are split into mount and issuer,
 * because weft also reads the issuer's certificate, at a path made of the two. A percent sign is
 * refused: a mount written with escapes would be compared as one text and requested as another. */
#include "api/vault_path.h"

#include "base/text.h"

#define ROOT "/root/sign-intermediate"
#define ISSUER "/issuer/"
#define SIGN "/sign-intermediate"

enum { REF_MAX = 128 };

bool vault_path_is_issuer(const char *ref)
{
    size_t len = strlen(ref);

    for (const char *p = ref; *p; p++)
        if (!is_alnum(*p) && !strchr("-_.", *p))
            return false;
    return len > 0 && len <= REF_MAX && is_alnum(*ref);
}

static bool is_mount(const char *mount)
{
    return *mount && *mount != '/' && !strchr(mount, '%') && !strstr(mount, "//")
           && !strstr(mount, "..");
}

/* The last "/issuer/", since a mount may have that name, too. */
static const char *last_issuer(const char *path)
{
    const char *at = NULL;

    for (const char *p = strstr(path, ISSUER); p; p = strstr(p + 1, ISSUER))
        at = p;
    return at;
}

bool vault_path_read(struct vault_path *out, const char *ca_path, struct arena *arena)
{
    const char *path = ca_path + (*ca_path == '/'), *issuer;

    if (text_starts(path, "v1/"))
        path += strlen("v1/");
    *out = (struct vault_path){ .sign = path, .issuer = "default" };
    if (text_ends(path, ROOT)) {
        out->mount = arena_bytes(arena, path, strlen(path) - strlen(ROOT));
        return is_mount(out->mount);
    }
    issuer = last_issuer(path);
    if (!issuer || !text_ends(issuer, SIGN))
        return false;
    out->mount = arena_bytes(arena, path, (size_t)(issuer - path));
    issuer += strlen(ISSUER);
    if (strlen(issuer) <= strlen(SIGN))
        return false;
    out->issuer = arena_bytes(arena, issuer, strlen(issuer) - strlen(SIGN));
    return is_mount(out->mount) && vault_path_is_issuer(out->issuer);
}
