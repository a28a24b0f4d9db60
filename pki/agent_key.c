/* pki/agent_key.c - keys of agents: made, read, and proven to a CA.  Writes none anywhere. */
#include "pki/agent_key.h"

#include "pki/cacerts_check.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include "pki/profile.h"
#include "pki/signing_request.h"

int agent_key_make(struct agent_key *out, struct err *err)
{
    AUTO_AGENT_KEY made = { .pem = NULL };
    AUTO(secret_free) struct secret *der = NULL;

    if (key_make(&made.key, (struct key_kind){ .type = KEY_EC_P256 }, err) < 0
        || key_der(&der, made.key, err) < 0 || key_pem(&made.pem, der, err) < 0
        || key_spki(made.spki, made.key, err) < 0)
        return -1;
    *out = made;
    made = (struct agent_key){ .pem = NULL };
    return 0;
}

int agent_key_read(struct agent_key *out, const char *what, const void *pem, size_t len,
                   struct err *err)
{
    AUTO_AGENT_KEY read = { .pem = NULL };

    *out = (struct agent_key){ .pem = NULL };
    if (len == 0)
        return 0;
    read.pem = secret_copy(pem, len);
    if (key_of_pem(&read.key, what, pem, len, err) < 0 || key_spki(read.spki, read.key, err) < 0)
        return -1;
    *out = read;
    read = (struct agent_key){ .pem = NULL };
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
