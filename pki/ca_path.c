/* pki/ca_path.c - the certification path of a CA that others made.  Verifies no times: verify_ca
 * does, of the path that was found.
 *
 * Certificates of a given CA or of Vault come in any order and with some that do not belong. The
 * path is found by names and signatures, one issuer at a time, and ends at the first self-signed
 * one; its length is limited, so two CAs that signed each other end the search as well. What is
 * checked on the way is what istiod and the proxies would refuse later, when all clusters have it.
 */
#include "pki/ca_path.h"

#include "base/text.h"
#include "pki/openssl.h"
#include <errno.h>

int ca_path_check_key(const EVP_PKEY *key, struct err *err)
{
    char group[64] = "";
    size_t len;

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

static X509 *find_issuer(const STACK_OF(X509) *const *places, size_t count, X509 *subject)
{
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < sk_X509_num(places[i]); k++)
            if (issued(sk_X509_value(places[i], k), subject))
                return sk_X509_value(places[i], k);
    return NULL;
}

int ca_path_find(struct ca_path *out, X509 *ca, const STACK_OF(X509) *const *places, size_t count,
                 struct err *err)
{
    X509 *at = ca;

    *out = (struct ca_path){ .count = 0 };
    while (out->count < CA_PATH_MAX) {
        if (check_usage(at, out->count == 0, err) < 0)
            return -1;
        out->list[out->count++] = at;
        if (issued(at, at))
            return 0;
        at = find_issuer(places, count, at);
        if (!at)
            return err_set(err, ERR_INPUT, ENOENT, "its chain does not reach a self-signed root");
    }
    return err_set(err, ERR_INPUT, 0, "its chain has more than %d certificates", CA_PATH_MAX);
}

bool ca_path_has(const struct ca_path *path, const X509 *certificate)
{
    for (size_t i = 0; i < path->count; i++)
        if (X509_cmp(path->list[i], certificate) == 0)
            return true;
    return false;
}

int ca_path_pem(const char **out, const struct ca_path *path, struct arena *arena, struct err *err)
{
    const char *pem;

    *out = "";
    for (size_t i = 1; i < path->count; i++) {
        if (certificate_pem(&pem, path->list[i], arena, err) < 0)
            return -1;
        *out = arena_printf(arena, "%s%s", *out, pem);
    }
    return 0;
}
