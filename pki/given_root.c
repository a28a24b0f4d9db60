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
#include "pki/ca_path.h"
#include "pki/certificate.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include "pki/verify.h"
#include <errno.h>
#include <string.h>

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
    return certificate_read_all(out, name, (const char *)file->bytes, file->len, CA_PATH_MAX, err);
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
    if (X509_check_private_key(given->cert, given->key) != 1)
        return err_crypto(err, "its private key does not fit its certificate");
    return ca_path_check_key(given->key, err);
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
static int check_anchors(const struct ca_path *path, const struct root_files *files,
                         struct arena *arena, struct err *err)
{
    static const char *const names[] = { "root-cert.pem", "ca.crt" };

    for (size_t i = 0; i < LENGTH(names); i++) {
        AUTO(X509_stack_free) STACK_OF(X509) *listed = NULL;

        if (read_certificates(&listed, files, names[i], err) < 0)
            return -1;
        for (int k = 0; k < sk_X509_num(listed); k++)
            if (!ca_path_has(path, sk_X509_value(listed, k)))
                return refuse_anchor(names[i], sk_X509_value(listed, k), arena, err);
    }
    return 0;
}

static int find_path(struct ca_path *out, const struct given *given, struct err *err)
{
    const STACK_OF(X509) *const places[] = { given->chain, given->roots };

    if (ca_path_find(out, given->cert, places, LENGTH(places), err) == 0)
        return 0;
    if (err->code != ENOENT)
        return -1;
    return err_set(err, ERR_INPUT, 0,
                   "its chain does not reach a self-signed root: add the missing "
                   "certificates to cert-chain.pem and the root to root-cert.pem");
}

static int check_chain(struct given_root *out, const struct given *given,
                       const struct root_files *files, int64_t now, struct arena *arena,
                       struct err *err)
{
    struct ca_path path;

    if (find_path(&path, given, err) < 0 || check_anchors(&path, files, arena, err) < 0
        || ca_path_pem(&out->chain_pem, &path, arena, err) < 0)
        return -1;
    return verify_ca(given->cert, given->chain, path.list[path.count - 1], now, err);
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
