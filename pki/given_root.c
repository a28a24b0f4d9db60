/* pki/given_root.c - CAs that a Secret or a folder provides: which files, and whether they can
 * be used.
 *
 * A CA that others made is judged before it signs anything, because istiod reports most faults only
 * by refusing connections: the key must be that of the certificate, the way up to the root
 * complete, and each certificate usable to sign for servers.  Certificates are parsed and encoded
 * again, so that nothing else of a file reaches a bundle.  The bundle is the root that the way ends
 * in; a file that lists other anchors is refused rather than shortened, for a cluster may trust
 * them. */
#include "pki/given_root.h"

#include "base/text.h"
#include "pki/certificate.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include "pki/verify.h"
#include <string.h>

enum { CHAIN_MAX = 8 };

void root_files_close(struct root_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        secret_free(files->list[i].content);
    files->count = 0;
}

bool root_files_add(struct root_files *files, const char *name, struct secret *content)
{
    size_t len = strlen(name);

    if (files->count == ROOT_FILES_MAX || len >= sizeof files->list[0].name) {
        secret_free(content);
        return false;
    }
    memcpy(files->list[files->count].name, name, len + 1);
    files->list[files->count++].content = content;
    return true;
}

struct secret *given_root_secret_of_base64(const char *text, size_t len)
{
    AUTO(secret_free) struct secret *bytes = NULL;
    int got;

    if (len % 4 != 0 || len > (size_t)ROOT_FILE_MAX * 2)
        return NULL;
    bytes = secret_new(len / 4 * 3);
    if (len == 0)
        return TAKE(bytes);
    got = EVP_DecodeBlock(bytes->bytes, (const unsigned char *)text, (int)len);
    if (got != (int)(len / 4 * 3))
        return NULL; /* blanks, or not base64 */
    got -= (text[len - 1] == '=') + (text[len - 2] == '=');
    return secret_copy(bytes->bytes, (size_t)got);
}

static const struct secret *find_file(const struct root_files *files, const char *name)
{
    for (size_t i = 0; i < files->count; i++)
        if (text_equal(files->list[i].name, name) && files->list[i].content->len > 0)
            return files->list[i].content;
    return NULL;
}

/* Layouts in the order in which they are looked for: the fullest first.  NULL: not part of it. */
struct layout {
    const char *cert, *key, *roots, *chain;
};
static const struct layout layouts[] = {
    { "ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem" },
    { "tls.crt", "tls.key", "ca.crt", "tls.crt" },
    { "root-cert.pem", "key.pem", "root-cert.pem", NULL },
};

static const struct layout *find_layout(const struct root_files *files)
{
    for (size_t i = 0; i < LENGTH(layouts); i++)
        if (find_file(files, layouts[i].cert) && find_file(files, layouts[i].key))
            return &layouts[i];
    return NULL;
}

/* What is being put together; certificates are checked, then encoded again as PEM. */
struct given {
    X509 *cert;
    EVP_PKEY *key;
    STACK_OF(X509) * roots, *chain;
};

static void given_release(struct given *given)
{
    X509_free(given->cert);
    EVP_PKEY_free(given->key);
    sk_X509_pop_free(given->roots, X509_free);
    sk_X509_pop_free(given->chain, X509_free);
}

static int read_certificates(STACK_OF(X509) * *out, const struct root_files *files,
                             const char *name, struct err *err)
{
    const struct secret *file = name ? find_file(files, name) : NULL;

    if (!file)
        return 0;
    return certificate_read_all(out, name, (const char *)file->bytes, file->len, CHAIN_MAX, err);
}

static int read_parts(struct given *out, const struct root_files *files, struct err *err)
{
    const struct layout *layout = find_layout(files);
    const struct secret *cert = layout ? find_file(files, layout->cert) : NULL;
    const struct secret *key = layout ? find_file(files, layout->key) : NULL;

    if (!cert || !key)
        return err_set(err, ERR_INPUT, 0,
                       "it must hold ca-cert.pem, ca-key.pem, root-cert.pem and cert-chain.pem, or "
                       "tls.crt, tls.key and ca.crt, or root-cert.pem and key.pem");
    if (certificate_read(&out->cert, layout->cert, (const char *)cert->bytes, cert->len, err) < 0
        || key_of_pem(&out->key, layout->key, key->bytes, key->len, err) < 0
        || read_certificates(&out->roots, files, layout->roots, err) < 0)
        return -1;
    return read_certificates(&out->chain, files, layout->chain, err);
}

static int check_key(const struct given *given, struct err *err)
{
    EVP_PKEY *key = given->key;
    char group[64] = "";
    size_t len;

    if (X509_check_private_key(given->cert, key) != 1)
        return err_crypto(err, "its private key does not fit its certificate");
    if (EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= 2048)
        return 0;
    if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, &len)
        && (text_equal(group, "prime256v1") || text_equal(group, "secp384r1")))
        return 0;
    return err_set(
        err, ERR_INPUT, 0,
        "its key is %s %s of %d bits; the data plane takes RSA of at least 2048 bits, EC "
        "P-256 and EC P-384",
        EVP_PKEY_get0_type_name(key), group, EVP_PKEY_get_bits(key));
}

/* istiod verifies with Go's default usage: an EKU without serverAuth anywhere in the chain makes it
 * refuse. */
static int check_usage(X509 *cert, bool signs_intermediates, struct err *err)
{
    uint32_t flags = X509_get_extension_flags(cert);

    if (X509_check_ca(cert) != 1)
        return err_set(err, ERR_INPUT, 0, "a certificate of its chain is not one of a CA");
    if ((flags & EXFLAG_XKUSAGE) && !(X509_get_extended_key_usage(cert) & XKU_SSL_SERVER))
        return err_set(err, ERR_INPUT, 0,
                       "a certificate of its chain has an extended key usage without serverAuth, "
                       "which istiod refuses");
    if ((flags & EXFLAG_KUSAGE) && !(X509_get_key_usage(cert) & KU_KEY_CERT_SIGN))
        return err_set(err, ERR_INPUT, 0, "a certificate of its chain may not sign certificates");
    if (signs_intermediates && X509_get_pathlen(cert) == 0)
        return err_set(err, ERR_INPUT, 0, "its path length is 0, so it may not sign intermediates");
    return 0;
}

static bool issued(X509 *issuer, X509 *subject)
{
    return X509_check_issued(issuer, subject) == X509_V_OK
           && X509_verify(subject, X509_get0_pubkey(issuer)) == 1;
}

static X509 *find_issuer(const struct given *given, X509 *subject)
{
    const STACK_OF(X509) *const places[] = { given->chain, given->roots };

    for (size_t i = 0; i < LENGTH(places); i++)
        for (int k = 0; k < sk_X509_num(places[i]); k++)
            if (issued(sk_X509_value(places[i], k), subject))
                return sk_X509_value(places[i], k);
    return NULL;
}

static bool self_signed(X509 *cert) { return issued(cert, cert); }

/* The given CA and its issuers, up to the root. */
struct way {
    X509 *list[CHAIN_MAX];
    size_t count;
};

/* Collects the issuers, each encoded again; the last of the way is the root. */
static int follow(struct given_root *out, struct way *way, const struct given *given,
                  struct arena *arena, struct err *err)
{
    X509 *at = given->cert;
    const char *pem;

    out->chain_pem = "";
    while (way->count < CHAIN_MAX) {
        if (check_usage(at, way->count == 0, err) < 0)
            return -1;
        way->list[way->count++] = at;
        if (self_signed(at))
            return 0;
        at = find_issuer(given, at);
        if (!at)
            return err_set(err, ERR_INPUT, 0,
                           "its chain does not reach a self-signed root: add the missing "
                           "certificates to cert-chain.pem and the root to root-cert.pem");
        if (certificate_pem(&pem, at, arena, err) < 0)
            return -1;
        out->chain_pem = arena_printf(arena, "%s%s", out->chain_pem, pem);
    }
    return err_set(err, ERR_INPUT, 0, "its chain has more than %d certificates", CHAIN_MAX);
}

static bool is_on(const struct way *way, X509 *cert)
{
    for (size_t i = 0; i < way->count; i++)
        if (X509_cmp(way->list[i], cert) == 0)
            return true;
    return false;
}

static int refuse_anchor(const char *file, X509 *cert, struct arena *arena, struct err *err)
{
    struct certificate_facts facts;

    if (certificate_facts(&facts, cert, arena, err) < 0)
        return -1;
    return err_set(
        err, ERR_INPUT, 0,
        "%s also holds \"%s\" (SHA-256 %.16s), which is not above the given CA: weft "
        "would not put it into the bundle, and workloads with certificates under it "
        "would be cut off; take it out when no such certificate is alive any more, or let "
        "clusters come from that root by an adoption or a rotation (docs/rotation.md)",
        file, facts.subject, facts.id);
}

/* The bundle is what the way ends in, and nothing else: a listed anchor, in whatever layout, is
 * never dropped silently. */
static int check_anchors(const struct way *way, const struct root_files *files, struct arena *arena,
                         struct err *err)
{
    static const char *const names[] = { "root-cert.pem", "ca.crt" };

    for (size_t i = 0; i < LENGTH(names); i++) {
        AUTO(X509_stack_free) STACK_OF(X509) *listed = NULL;

        if (read_certificates(&listed, files, names[i], err) < 0)
            return -1;
        for (int k = 0; k < sk_X509_num(listed); k++)
            if (!is_on(way, sk_X509_value(listed, k)))
                return refuse_anchor(names[i], sk_X509_value(listed, k), arena, err);
    }
    return 0;
}

static int check_chain(struct given_root *out, const struct given *given,
                       const struct root_files *files, int64_t now, struct arena *arena,
                       struct err *err)
{
    struct way way = { .count = 0 };

    if (follow(out, &way, given, arena, err) < 0 || check_anchors(&way, files, arena, err) < 0)
        return -1;
    return verify_ca(given->cert, given->chain, way.list[way.count - 1], now, err);
}

static int fill(struct given_root *out, const struct given *given, const struct root_files *files,
                int64_t now, struct arena *arena, struct err *err)
{
    struct certificate_facts facts;

    if (check_key(given, err) < 0 || check_chain(out, given, files, now, arena, err) < 0
        || certificate_facts(&facts, given->cert, arena, err) < 0
        || certificate_pem(&out->cert_pem, given->cert, arena, err) < 0)
        return -1;
    out->id = facts.id;
    out->spki = facts.spki;
    out->not_before = facts.not_before;
    out->not_after = facts.not_after;
    return key_der(&out->key_der, given->key, err);
}

int given_root_read(struct given_root *out, const struct root_files *files,
                    struct object_ref secret, int64_t now, struct arena *arena, struct err *err)
{
    struct given given = { 0 };
    int result;

    *out = (struct given_root){ 0 };
    result = read_parts(&given, files, err);
    if (result == 0)
        result = fill(out, &given, files, now, arena, err);
    given_release(&given);
    if (result < 0) {
        given_root_close(out);
        return err_wrap(err, "Provided CA (%s.%s.) is invalid", secret.name, secret.namespace);
    }
    return 0;
}

void given_root_close(struct given_root *given)
{
    secret_free(given->key_der);
    given->key_der = NULL;
}
