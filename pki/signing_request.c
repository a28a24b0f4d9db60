/* pki/signing_request.c - certificate signing requests.  They prove that their author holds the
 * key; what the certificate says is asked for beside them, or decided by weft.
 *
 * Subject and names are in the request as well, since Vault's policies may look at them;
 * use_csr_values keeps Vault from taking them from there. */
#include "pki/signing_request.h"

#include "pki/ca_path.h"
#include "pki/openssl.h"
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

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

/* One that the data plane takes, and no larger than weft itself makes them. */
static bool is_good_key(const EVP_PKEY *key)
{
    struct err unused;

    return ca_path_check_key(key, &unused) == 0 && EVP_PKEY_get_bits(key) <= 8192;
}

static X509_REQ *parse(const char *pem)
{
    AUTO(BIO_free_all) BIO *bio = BIO_new_mem_buf(pem, (int)strlen(pem));
    AUTO(X509_REQ_free) X509_REQ *request = NULL;
    const char *end = "-----END CERTIFICATE REQUEST-----";
    const char *after = strstr(pem, end);

    if (!bio || !after || strspn(after + strlen(end), "\r\n") != strlen(after + strlen(end)))
        return NULL;
    request = PEM_read_bio_X509_REQ(bio, NULL, openssl_no_password, NULL);
    ERR_clear_error();
    return TAKE(request);
}

int signing_request_read(EVP_PKEY **out, const char *pem, struct err *err)
{
    AUTO(X509_REQ_free) X509_REQ *request = parse(pem);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = request ? X509_REQ_get_pubkey(request) : NULL;
    int verified;

    if (!request || !key) {
        ERR_clear_error();
        return csr_fault_set(err, CSR_UNREADABLE,
                             "it holds no single certificate signing request in PEM");
    }
    if (X509_REQ_get_attr_count(request) != 0)
        return csr_fault_set(err, CSR_NAMES,
                             "its signing request asks for names or extensions; the agent of weft "
                             "asks for none, and weft alone decides what a certificate says");
    if (!is_good_key(key))
        return csr_fault_set(err, CSR_WEAK_KEY,
                             "its key is not EC P-256 or P-384, or RSA of 2048 to 8192 bits");
    verified = X509_REQ_verify(request, key);
    ERR_clear_error();
    if (verified != 1)
        return csr_fault_set(err, CSR_SELF_SIGNATURE,
                             "its signing request is not signed with its own key");
    *out = TAKE(key);
    return 0;
}

bool signing_request_is_named(const char *pem, const char *name)
{
    AUTO(X509_REQ_free) X509_REQ *request = parse(pem);
    const X509_NAME *subject = request ? X509_REQ_get_subject_name(request) : NULL;
    const int at = subject ? X509_NAME_get_index_by_NID(subject, NID_commonName, -1) : -1;
    unsigned char *text = NULL;
    bool same;
    int len;

    if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
        return false;
    len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    same = len >= 0 && (size_t)len == strlen(name) && memcmp(text, name, (size_t)len) == 0;
    OPENSSL_free(text);
    ERR_clear_error();
    return same;
}
