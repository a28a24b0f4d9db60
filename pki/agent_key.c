/* pki/agent_key.c - keys of agents: made, read, and proven to a CA.  Writes none anywhere. */
#include "pki/agent_key.h"

#include "pki/cacerts_check.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include "pki/profile.h"
#include "pki/signing_request.h"

int agent_key_make(struct agent_key *out, struct err *err)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    AUTO(secret_free) struct secret *der = NULL;
    AUTO(secret_free) struct secret *pem = NULL;

    *out = (struct agent_key){ .pem = NULL };
    if (key_make(&key, (struct key_kind){ .type = KEY_EC_P256 }, err) < 0
        || key_der(&der, key, err) < 0 || key_pem(&pem, der, err) < 0
        || key_spki(out->spki, key, err) < 0)
        return -1;
    out->key = TAKE(key);
    out->pem = TAKE(pem);
    return 0;
}

int agent_key_read(struct agent_key *out, const char *what, const void *pem, size_t len,
                   struct err *err)
{
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;

    *out = (struct agent_key){ .pem = NULL };
    if (len == 0)
        return 0;
    if (key_of_pem(&key, what, pem, len, err) < 0 || key_spki(out->spki, key, err) < 0)
        return -1;
    out->key = TAKE(key);
    out->pem = secret_copy(pem, len);
    return 0;
}

void agent_key_close(struct agent_key *key)
{
    secret_free(key->pem);
    EVP_PKEY_free(key->key);
    *key = (struct agent_key){ .pem = NULL };
}

int agent_key_request(const char **out, const struct agent_key *key, const char *cluster,
                      struct arena *arena, struct err *err)
{
    const struct ca_profile profile = { .org = "weft",
                                        .common_name =
                                            profile_name_fit(cluster, CA_NAME_MAX, arena) };

    return signing_request_pem(out, &profile, key->key, arena, err);
}

int agent_key_check(const struct agent_key *key, const struct cacerts *files, int64_t now,
                    struct arena *arena, struct err *err)
{
    return cacerts_check(files, key->key, now, arena, err);
}
