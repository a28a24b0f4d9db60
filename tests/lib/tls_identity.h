/* tests/lib/tls_identity.h - certificates made for a test, and a server's TLS with one of them. */
#ifndef WEFT_TESTS_LIB_TLS_IDENTITY_H
#define WEFT_TESTS_LIB_TLS_IDENTITY_H

#include "tests/lib/check.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* A key with its certificate, and both as PEM. */
struct identity {
    EVP_PKEY *key;
    X509 *cert;
    const char *key_pem, *cert_pem;
};

static inline const char *identity_pem(BIO *bio, struct arena *arena)
{
    char *bytes;
    long len = BIO_get_mem_data(bio, &bytes);
    const char *pem = arena_bytes(arena, bytes, (size_t)len);

    BIO_free(bio);
    return pem;
}

static inline void identity_extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(extension);
    assert_true(X509_add_ext(cert, extension, -1));
    X509_EXTENSION_free(extension);
}

/* A certificate for name; san NULL: a CA; issuer NULL: signed by itself. */
static inline struct identity identity_make(const char *name, const char *san,
                                            const struct identity *issuer, struct arena *arena)
{
    static long serial;
    struct identity made = { .key = EVP_EC_gen("P-256"), .cert = X509_new() };
    X509_NAME *subject = X509_get_subject_name(made.cert);
    BIO *key = BIO_new(BIO_s_mem()), *cert = BIO_new(BIO_s_mem());

    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_version(made.cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.cert), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.cert), 3600);
    X509_set_pubkey(made.cert, made.key);
    X509_set_issuer_name(made.cert, issuer ? X509_get_subject_name(issuer->cert) : subject);
    identity_extend(made.cert, made.cert, NID_basic_constraints,
                    san ? "CA:FALSE" : "critical,CA:TRUE");
    if (san && *san)
        identity_extend(made.cert, made.cert, NID_subject_alt_name, san);
    assert_true(X509_sign(made.cert, issuer ? issuer->key : made.key, EVP_sha256()));
    PEM_write_bio_PrivateKey(key, made.key, NULL, NULL, 0, NULL, NULL);
    PEM_write_bio_X509(cert, made.cert);
    made.key_pem = identity_pem(key, arena);
    made.cert_pem = identity_pem(cert, arena);
    return made;
}

static inline void identity_free(struct identity *identity)
{
    EVP_PKEY_free(identity->key);
    X509_free(identity->cert);
}

/* A server that shows identity and, when client_ca is given, wants a certificate of it. */
static inline SSL_CTX *identity_tls(const struct identity *identity,
                                    const struct identity *client_ca)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

    assert_true(SSL_CTX_use_certificate(tls, identity->cert) == 1);
    assert_true(SSL_CTX_use_PrivateKey(tls, identity->key) == 1);
    if (client_ca) {
        assert_true(X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), client_ca->cert));
        SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return tls;
}

#endif
