/* k8s-job/observe/root_bundle.c - the certificates of a PEM text as a bundle of roots.  Pure. */
#include "k8s-job/observe/root_bundle.h"

#include "base/base64.h"
#include "base/digest.h"
#include <stdlib.h>
#include <string.h>

#define BEGIN_CERTIFICATE "-----BEGIN CERTIFICATE-----"
#define END_CERTIFICATE "-----END CERTIFICATE-----"

/* One certificate of a bundle. */
struct cert {
    const char *digest; /* first: sorted by it */
    const char *pem;
};

/* The strict PEM form of these bytes (RFC 7468, section 3): lines of 64. */
static const char *pem_of(const char *packed, size_t len, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, BEGIN_CERTIFICATE "\n");
    for (size_t at = 0; at < len; at += 64) {
        text_add(&out, packed + at, len - at < 64 ? len - at : 64);
        text_addc(&out, '\n');
    }
    text_adds(&out, END_CERTIFICATE "\n");
    return arena_bytes(arena, out.bytes, out.len);
}

/* False: its base64 is broken. */
static bool read_cert(struct cert *out, const char *base64, size_t len, struct arena *arena)
{
    AUTO_TEXT packed = { 0 };
    AUTO_TEXT der = { 0 };
    char hex[65];

    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", base64[i]))
            text_addc(&packed, base64[i]);
    if (packed.len == 0 || !base64_decode(&der, packed.bytes, packed.len) || der.len == 0)
        return false;
    sha256_hex(hex, der.bytes, der.len);
    *out = (struct cert){ arena_text(arena, hex), pem_of(packed.bytes, packed.len, arena) };
    return true;
}

static size_t sort_certs(struct cert *certs, size_t count)
{
    size_t used = 0;

    if (count)
        qsort(certs, count, sizeof *certs, text_compare);
    for (size_t i = 0; i < count; i++)
        if (used == 0 || strcmp(certs[used - 1].digest, certs[i].digest) != 0)
            certs[used++] = certs[i];
    return used;
}

/* Each certificate of the text once, sorted by digest. */
static struct cert *read_certs(const char *pem, size_t *count, struct arena *arena)
{
    struct cert *out = NULL, one;
    const char *begin = pem, *end;

    *count = 0;
    while ((begin = strstr(begin, BEGIN_CERTIFICATE))) {
        begin += strlen(BEGIN_CERTIFICATE);
        end = strstr(begin, END_CERTIFICATE);
        if (!end)
            break;
        if (read_cert(&one, begin, (size_t)(end - begin), arena))
            *ARENA_PUSH(arena, out, *count) = one;
        begin = end;
    }
    *count = sort_certs(out, *count);
    return out;
}

struct root_bundle root_bundle_read(const char *pem, struct arena *arena)
{
    struct root_bundle out = { .namespaces = 1 };
    struct cert *certs = read_certs(pem, &out.count, arena);

    out.roots = ARENA_NEW(arena, const char *, out.count);
    out.pems = ARENA_NEW(arena, const char *, out.count);
    for (size_t i = 0; i < out.count; i++) {
        out.roots[i] = certs[i].digest;
        out.pems[i] = certs[i].pem;
    }
    return out;
}

bool root_bundle_has(const struct root_bundle *bundle, const char *const *roots, size_t count)
{
    if (bundle->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(bundle->roots[i], roots[i]) != 0)
            return false;
    return true;
}

struct root_bundle root_bundle_keep(const struct root_bundle *found, const char *namespace,
                                    const char *source, struct arena *arena)
{
    struct root_bundle out = *found;

    out.namespace = arena_text(arena, namespace);
    out.source = source ? arena_text(arena, source) : NULL;
    out.roots = ARENA_NEW(arena, const char *, out.count);
    out.pems = ARENA_NEW(arena, const char *, out.count);
    for (size_t i = 0; i < out.count; i++) {
        out.roots[i] = arena_text(arena, found->roots[i]);
        out.pems[i] = arena_text(arena, found->pems[i]);
    }
    return out;
}

size_t root_bundle_add(struct root_bundle **bundles, size_t *count, const char *pem,
                       const char *namespace, const char *source, struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct root_bundle found = root_bundle_read(pem ? pem : "", scratch);

    for (size_t i = 0; i < *count; i++)
        if (text_equal((*bundles)[i].source, source)
            && root_bundle_has(&(*bundles)[i], found.roots, found.count)) {
            (*bundles)[i].namespaces++;
            return i;
        }
    *ARENA_PUSH(arena, *bundles, *count) =
        root_bundle_keep(&found, namespace ? namespace : "?", source, arena);
    return *count - 1;
}
