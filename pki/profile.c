/* pki/profile.c - makes a CA certificate by the one profile.  Extensions come from typed values,
 * never from pasted text: a comma in a name must not become a second name.
 *
 * The profile is narrow so that what weft issues is what verifiers of Istio, of Go and of OpenSSL
 * all accept alike: basic constraints and key usage are critical, both key identifiers are present
 * (chains are built by them when roots share a subject), serials are random and 20 octets long, so
 * two states that both issue cannot collide. Nothing is copied from a request or from the issuer's
 * certificate but its subject and its key identifier. */
#include "pki/profile.h"
#include "base/base64.h"
#include "base/names.h"

#include "base/digest.h"
#include "base/text.h"
#include "pki/openssl.h"
#include <openssl/rand.h>
#include <string.h>

enum { SERIAL = 20, KEY_MARK = 20 };
static const int64_t last_second =
    253402300799; /* 9999-12-31T23:59:59Z: GeneralizedTime has four digits for the year */

static int add_extension(X509 *cert, int nid, void *value, int critical)
{
    return value && X509_add1_ext_i2d(cert, nid, value, critical, X509V3_ADD_DEFAULT) == 1;
}

static int add_constraints(X509 *cert, int path_length)
{
    AUTO(BASIC_CONSTRAINTS_free) BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();

    if (!constraints)
        return 0;
    constraints->ca = 0xFF;
    if (path_length != CA_PATH_UNLIMITED) {
        constraints->pathlen = ASN1_INTEGER_new();
        if (!constraints->pathlen || !ASN1_INTEGER_set(constraints->pathlen, path_length))
            return 0;
    }
    return add_extension(cert, NID_basic_constraints, constraints, 1);
}

static int add_key_usage(X509 *cert)
{
    enum { KEY_CERT_SIGN = 5, CRL_SIGN = 6 }; /* RFC 5280, 4.2.1.3 */
    AUTO(ASN1_BIT_STRING_free) ASN1_BIT_STRING *usage = ASN1_BIT_STRING_new();

    return usage && ASN1_BIT_STRING_set_bit(usage, KEY_CERT_SIGN, 1)
           && ASN1_BIT_STRING_set_bit(usage, CRL_SIGN, 1)
           && add_extension(cert, NID_key_usage, usage, 1);
}

/* RFC 7093, 2, method 1: the leftmost 160 bits of the key's SHA-256. */
static int key_mark(unsigned char out[KEY_MARK], const X509 *cert)
{
    unsigned char digest[EVP_MAX_MD_SIZE];

    if (!X509_pubkey_digest(cert, EVP_sha256(), digest, NULL))
        return 0;
    memcpy(out, digest, KEY_MARK);
    return 1;
}

static int add_key_marks(X509 *cert, const X509 *issuer)
{
    AUTO(ASN1_OCTET_STRING_free) ASN1_OCTET_STRING *own = ASN1_OCTET_STRING_new();
    AUTO(AUTHORITY_KEYID_free) AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
    const ASN1_OCTET_STRING *theirs =
        issuer ? X509_get0_subject_key_id((X509 *)(uintptr_t)issuer) : own;
    unsigned char mark[KEY_MARK];

    if (!own || !authority || !key_mark(mark, cert) || !ASN1_OCTET_STRING_set(own, mark, KEY_MARK)
        || !theirs)
        return 0;
    authority->keyid = ASN1_OCTET_STRING_dup(theirs);
    return authority->keyid && add_extension(cert, NID_subject_key_identifier, own, 0)
           && add_extension(cert, NID_authority_key_identifier, authority, 0);
}

static int add_uri(X509 *cert, const char *uri)
{
    AUTO(GENERAL_NAMES_free) GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();

    if (!names || !name || !text || !ASN1_STRING_set(text, uri, -1)) {
        GENERAL_NAME_free(name);
        ASN1_IA5STRING_free(text);
        return 0;
    }
    GENERAL_NAME_set0_value(name, GEN_URI, text);
    if (!sk_GENERAL_NAME_push(names, name)) {
        GENERAL_NAME_free(name);
        return 0;
    }
    return add_extension(cert, NID_subject_alt_name, names, 0);
}

static int set_serial(X509 *cert)
{
    unsigned char bytes[SERIAL];
    AUTO(BN_free) BIGNUM *number = NULL;

    if (RAND_bytes(bytes, SERIAL) != 1)
        return 0;
    bytes[0] = (unsigned char)((bytes[0] & 0x7F)
                               | 0x40); /* positive, always 20 octets (RFC 5280, 4.1.2.2) */
    number = BN_bin2bn(bytes, SERIAL, NULL);
    return number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;
}

static int add_name(X509 *cert, int nid, const char *text)
{
    return X509_NAME_add_entry_by_NID(X509_get_subject_name(cert), nid, MBSTRING_UTF8,
                                      (const unsigned char *)text, -1, -1, 0);
}

static int set_time(ASN1_TIME *time, int64_t seconds)
{
    return ASN1_TIME_set(time, (time_t)seconds) != NULL;
}

int64_t profile_certificate_end(int64_t now, uint32_t ttl_days)
{
    int64_t wanted = now + (int64_t)ttl_days * 86400;

    return wanted < last_second ? wanted : last_second;
}

static size_t characters(const char *utf8)
{
    size_t count = 0;

    for (; *utf8; utf8++)
        count += ((unsigned char)*utf8 & 0xC0) != 0x80;
    return count;
}

static int check_name(const char *field, const char *text, struct err *err)
{
    size_t bad;

    if (text_empty(text) || characters(text) > CA_NAME_MAX)
        return err_set(err, ERR_INPUT, 0,
                       "%s \"%.80s\" must have 1 to %d characters (RFC 5280 allows no more)", field,
                       text ? text : "", CA_NAME_MAX);
    if (!names_is_utf8(text, strlen(text), &bad))
        return err_set(err, ERR_INPUT, 0, "%s is not UTF-8", field);
    return 0;
}

static int check_profile(const struct ca_profile *profile, struct err *err)
{
    if (check_name("orgName", profile->org, err) < 0
        || check_name("the common name", profile->common_name, err) < 0)
        return -1;
    for (const char *p = profile->uri; p && *p; p++)
        if (*p <= ' ' || *p >= 0x7F)
            return err_set(err, ERR_INPUT, 0,
                           "the identity \"%.200s\" holds characters that no URI may hold",
                           profile->uri);
    if (profile->not_after <= profile->not_before)
        return err_set(err, ERR_INPUT, 0, "the certificate would end before it begins");
    return 0;
}

static int fill_certificate(X509 *cert, const struct ca_profile *profile, EVP_PKEY *key,
                            const X509 *issuer)
{
    return cert && X509_set_version(cert, X509_VERSION_3) && set_serial(cert)
           && X509_set_pubkey(cert, key) && add_name(cert, NID_organizationName, profile->org)
           && add_name(cert, NID_commonName, profile->common_name)
           && X509_set_issuer_name(cert, X509_get_subject_name(issuer ? issuer : cert))
           && set_time(X509_getm_notBefore(cert), profile->not_before)
           && set_time(X509_getm_notAfter(cert), profile->not_after)
           && add_constraints(cert, profile->path_length) && add_key_usage(cert)
           && add_key_marks(cert, issuer) && (!profile->uri || add_uri(cert, profile->uri));
}

int profile_certificate_make(X509 **out, const struct ca_profile *profile, EVP_PKEY *key,
                             X509 *issuer, EVP_PKEY *signer, struct err *err)
{
    AUTO(X509_free) X509 *cert = X509_new();

    if (check_profile(profile, err) < 0)
        return -1;
    if (!fill_certificate(cert, profile, key, issuer))
        return err_crypto(err, "fill in certificate \"%s\"", profile->common_name);
    if (!X509_sign(cert, signer, EVP_sha256()))
        return err_crypto(err, "sign certificate \"%s\"", profile->common_name);
    *out = TAKE(cert);
    return 0;
}

int profile_key_mark(char out[9], EVP_PKEY *key, struct err *err)
{
    AUTO(X509_free) X509 *cert = X509_new();
    unsigned char mark[KEY_MARK];

    if (!cert || !X509_set_pubkey(cert, key) || !key_mark(mark, cert))
        return err_crypto(err, "identify a public key");
    hex_encode(out, mark, 4);
    return 0;
}

const char *profile_name_fit(const char *name, size_t room, struct arena *arena)
{
    size_t len = strlen(name);
    char hash[65];

    if (len <= room)
        return arena_text(arena, name);
    sha256_hex(hash, name, len);
    return arena_printf(arena, "%.*s~%.8s", (int)(room - 9), name, hash);
}
