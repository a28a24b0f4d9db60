/* k8s-job/access/token_expiry.c - the claim "exp" of a JWT.  Keeps no byte of the token.
 *
 * The signature is not verified, because weft does not have the issuer's key: the time serves for
 * a warning before the token ends, never for a decision about access. A token that is no JWT has
 * no known end. */
#include "k8s-job/access/token_expiry.h"
#include "base/base64.h"
#include "base/parse.h"
#include "base/parse_json.h"

#include <string.h>

/* Base64url without padding (RFC 7515, 2) as base64_decode takes it. */
static const char *padded(const char *part, size_t len, struct arena *arena)
{
    char *copy = arena_printf(arena, "%.*s%s", (int)len, part, len % 4 == 3 ? "=" : "==");

    for (char *c = copy; *c; c++) {
        if (*c == '-')
            *c = '+';
        else if (*c == '_')
            *c = '/';
    }
    if (len % 4 == 0)
        copy[len] = '\0';
    return copy;
}

int64_t token_expiry(const char *token)
{
    AUTO(arena_shred) struct arena *arena = arena_new();
    const char *dot = strchr(token, '.'), *end = dot ? strchr(dot + 1, '.') : NULL;
    AUTO_TEXT claims = { 0 };
    const struct node *tree;
    const char *text;
    struct err ignored;
    int64_t out;

    if (!end || end - dot > INT16_MAX)
        return 0;
    text = padded(dot + 1, (size_t)(end - dot - 1), arena);
    if (!base64_decode(&claims, text, strlen(text)) || !claims.len
        || parse_json(&tree, claims.bytes, claims.len, arena, &ignored) < 0)
        return 0;
    text = node_get(tree, "exp", NULL);
    return text && parse_int(text, 1, INT64_MAX, &out) ? out : 0;
}
