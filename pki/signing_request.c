/* pki/signing_request.c - certificate signing requests.  They prove that we hold the key; what the
 * certificate says is asked for beside them.
 *
 * Subject and names are in the request as well, since Vault's policies may look at them;
 * use_csr_values keeps Vault from taking them from there. */
#include "pki/signing_request.h"

#include "pki/openssl.h"
#include <openssl/pem.h>

AUTO_DEFINE(X509_REQ, X509_REQ_free)

static bool add_name(X509_NAME *name, const char *field, const char *value)
{
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value, -1,
                                      -1, 0)
           == 1;
}

static bool fill(X509_REQ *request, const struct ca_profile *profile, EVP_PKEY *key)
{
    X509_NAME *name = X509_REQ_get_subject_name(request);

    return X509_REQ_set_version(request, X509_REQ_VERSION_1) && add_name(name, "O", profile->org)
           && add_name(name, "CN", profile->common_name) && X509_REQ_set_pubkey(request, key)
           && X509_REQ_sign(request, key, EVP_sha256()) > 0;
}

int signing_request_pem(const char **out, const struct ca_profile *profile, EVP_PKEY *key,
                        struct arena *arena, struct err *err)
{
    AUTO(X509_REQ_free) X509_REQ *request = X509_REQ_new();
    AUTO(BIO_free_all) BIO *bio = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    long len;

    if (!request || !bio || !fill(request, profile, key) || !PEM_write_bio_X509_REQ(bio, request))
        return err_crypto(err, "make a certificate signing request");
    len = BIO_get_mem_data(bio, &bytes);
    *out = arena_bytes(arena, bytes, (size_t)len);
    return 0;
}
