/* pki/root.c - a self-signed root for one VirtualMesh.
 *
 * The name holds the virtual mesh, the generation and eight digits of the key's digest. Verifiers
 * look for an issuer by its name first, so two roots with one name and different keys would hide
 * each other during a rotation, when both are trusted. A root is valid from CA_BACKDATE before
 * now, because clusters whose clocks are behind get it within minutes. */
#include "pki/root.h"
#include "pki/profile.h"

#include "pki/verify.h"
#include <openssl/x509.h>
#include <string.h>

static const char *root_name(const char *virtual_mesh, uint32_t generation, const char *mark,
                             struct arena *arena)
{
    const char *rest = arena_printf(arena, "weft root  g%u %s", generation, mark);

    return arena_printf(arena, "weft root %s g%u %s",
                        profile_name_fit(virtual_mesh, CA_NAME_MAX - strlen(rest), arena),
                        generation, mark);
}

int root_make(X509 **out, EVP_PKEY *key, const char *virtual_mesh, uint32_t generation,
              const struct cert_options *options, int64_t now, struct arena *arena, struct err *err)
{
    struct ca_profile profile = {
        .org = options->org_name,
        .path_length = CA_PATH_UNLIMITED,
        .not_before = now - CA_BACKDATE,
        .not_after = profile_certificate_end(now, options->ttl_days),
    };
    char mark[9];
    X509 *root = NULL;

    if (profile_key_mark(mark, key, err) < 0)
        return -1;
    profile.common_name = root_name(virtual_mesh, generation, mark, arena);
    if (profile_certificate_make(&root, &profile, key, NULL, key, err) < 0)
        return -1;
    if (verify_ca(root, NULL, root, now, err) < 0) {
        X509_free(root);
        return -1;
    }
    *out = root;
    return 0;
}
