/* pki/root.c - a self-signed root for one VirtualMesh. */
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
