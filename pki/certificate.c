/* pki/certificate.c - certificates as text, and their public facts.
 *
 * Facts are taken from the parsed certificate and the digest from its DER, so the same certificate
 * has one id, however its PEM is wrapped. A field that is absent gives an empty text; a field that
 * is there and could not be converted is an error, since comparisons would take it for absent.
 * libcrypto's own reason tells the end of a PEM text from damage: a bundle with one damaged block
 * must not count as a shorter bundle. */
#include "pki/certificate.h"
#include "base/base64.h"

#include "base/digest.h"
#include "base/stand_in.h"
#include "base/text.h"
#include "pki/openssl.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <time.h>

static const char *bio_text(BIO *bio, struct arena *arena)
{
    char *bytes = NULL;
    long len = BIO_get_mem_data(bio, &bytes);

    return len > 0 ? arena_bytes(arena, bytes, (size_t)len) : "";
}

int certificate_pem(const char **out, const X509 *certificate, struct arena *arena, struct err *err)
{
    AUTO(BIO_free_all) BIO *bio = BIO_new(BIO_s_mem());

    if (!bio || !PEM_write_bio_X509(bio, certificate))
        return err_crypto(err, "write a certificate as PEM");
    *out = bio_text(bio, arena);
    return 0;
}

/* At the end of a text libcrypto says that there is no further start line; anything else is a
 * damaged block. */
static bool at_end(void)
{
    unsigned long code = ERR_peek_last_error();
    bool end = ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;

    if (end)
        ERR_clear_error();
    return end;
}

static BIO *pem_open(const char *pem, size_t len)
{
    text_skip_bom(&pem, &len);
    return len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
}

/* What the file is, when that can be seen: a pointer, an encrypted file, UTF-16. */
static int holds_none(const char *what, const char *pem, size_t len, struct err *err)
{
    const char *looks = stand_in_find(pem, len);

    if (looks)
        return err_set(err, ERR_INPUT, 0, "%s: %s", what, looks);
    return err_set(err, ERR_INPUT, 0, "%s: holds no certificate in PEM", what);
}

int certificate_read_all(STACK_OF(X509) * *out, const char *what, const char *pem, size_t len,
                         size_t max, struct err *err)
{
    AUTO(BIO_free_all) BIO *bio = pem_open(pem, len);
    AUTO(X509_stack_free) STACK_OF(X509) *all = sk_X509_new_null();
    X509 *next = NULL;

    if (!bio || !all)
        return err_crypto(err, "read %s", what);
    while ((next = PEM_read_bio_X509(bio, NULL, openssl_no_password, NULL))) {
        if ((size_t)sk_X509_num(all) >= max) {
            X509_free(next);
            return err_set(err, ERR_INPUT, 0, "%s: holds more than %zu certificates", what, max);
        }
        if (!sk_X509_push(all, next)) {
            X509_free(next);
            return err_crypto(err, "read %s", what);
        }
    }
    if (!at_end())
        return err_crypto(err, "%s: certificate %d is damaged", what, sk_X509_num(all) + 1);
    if (sk_X509_num(all) == 0)
        return holds_none(what, pem, len, err);
    *out = TAKE(all);
    return 0;
}

int certificate_read(X509 **out, const char *what, const char *pem, size_t len, struct err *err)
{
    AUTO(BIO_free_all) BIO *bio = pem_open(pem, len);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, openssl_no_password, NULL) : NULL;

    if (!certificate && bio && at_end())
        return holds_none(what, pem, len, err);
    if (!certificate)
        return err_crypto(err, "%s: the certificate is damaged", what);
    *out = certificate;
    return 0;
}

static int64_t seconds_of(const ASN1_TIME *time)
{
    struct tm tm;

    return ASN1_TIME_to_tm(time, &tm) ? (int64_t)timegm(&tm) : 0;
}

int certificate_end(int64_t *not_after, const char *what, const char *pem, struct err *err)
{
    AUTO(X509_free) X509 *certificate = NULL;

    if (certificate_read(&certificate, what, pem, strlen(pem), err) < 0)
        return -1;
    *not_after = seconds_of(X509_get0_notAfter(certificate));
    return 0;
}

static const char *name_part(X509_NAME *name, int nid, struct arena *arena)
{
    int at = X509_NAME_get_index_by_NID(name, nid, -1);
    unsigned char *utf8 = NULL;
    int len = at < 0 ? -1
                     : ASN1_STRING_to_UTF8(&utf8,
                                           X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    const char *text = len > 0 ? arena_bytes(arena, utf8, (size_t)len) : "";

    OPENSSL_free(utf8);
    return text;
}

/* The part is there, and libcrypto could not give its text (no memory). */
static bool is_unread(X509_NAME *name, int nid, const char *text)
{
    int at = X509_NAME_get_index_by_NID(name, nid, -1);

    return at >= 0 && !*text
           && ASN1_STRING_length(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))) > 0;
}

static const char *subject_text(X509_NAME *name, struct arena *arena)
{
    AUTO(BIO_free_all) BIO *bio = BIO_new(BIO_s_mem());

    if (!bio
        || X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB)
               < 0)
        return "";
    return bio_text(bio, arena);
}

static const char *first_uri(const X509 *certificate, struct arena *arena)
{
    AUTO(GENERAL_NAMES_free)
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        int type;
        const ASN1_STRING *text = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);

        if (type == GEN_URI)
            return arena_bytes(arena, ASN1_STRING_get0_data(text),
                               (size_t)ASN1_STRING_length(text));
    }
    return "";
}

static const char *serial_hex(const X509 *certificate, struct arena *arena)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
    size_t len = (size_t)ASN1_STRING_length(serial);
    char *hex = ARENA_NEW(arena, char, 2 * len + 1);

    hex_encode(hex, ASN1_STRING_get0_data(serial), len);
    return hex;
}

static const char *key_words(const X509 *certificate, struct arena *arena)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    char group[64];
    size_t len = 0;

    if (key && EVP_PKEY_is_a(key, "RSA"))
        return arena_printf(arena, "RSA %d", EVP_PKEY_get_bits(key));
    if (key && EVP_PKEY_get_group_name(key, group, sizeof group, &len))
        return text_equal(group, "prime256v1") ? "EC P-256" : arena_printf(arena, "EC %s", group);
    return key && EVP_PKEY_get0_type_name(key) ? arena_text(arena, EVP_PKEY_get0_type_name(key))
                                               : "unknown";
}

static int fill_digests(struct certificate_facts *out, const X509 *certificate, struct arena *arena,
                        struct err *err)
{
    unsigned char *der = NULL;
    char *id = ARENA_NEW(arena, char, 65), *spki = ARENA_NEW(arena, char, 65);
    int len = i2d_X509(certificate, &der);

    if (len <= 0)
        return err_crypto(err, "write a certificate as DER");
    sha256_hex(id, der, (size_t)len);
    OPENSSL_free(der);
    der = NULL;
    len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (len <= 0)
        return err_crypto(err, "write the public key of a certificate");
    sha256_hex(spki, der, (size_t)len);
    OPENSSL_free(der);
    out->id = id;
    out->spki = spki;
    return 0;
}

int certificate_facts(struct certificate_facts *out, X509 *certificate, struct arena *arena,
                      struct err *err)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    const char *common_name = name_part(subject, NID_commonName, arena);

    *out = (struct certificate_facts){
        .serial = serial_hex(certificate, arena),
        .org = name_part(subject, NID_organizationName, arena),
        .subject = subject_text(subject, arena),
        .uri = first_uri(certificate, arena),
        .key = key_words(certificate, arena),
        .not_before = seconds_of(X509_get0_notBefore(certificate)),
        .not_after = seconds_of(X509_get0_notAfter(certificate)),
        .ca = X509_check_ca(certificate) == 1,
        .self_signed = (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0,
    };
    out->name = *common_name ? common_name : out->org;
    if (is_unread(subject, NID_organizationName, out->org))
        return err_crypto(err, "read the organization of a certificate");
    return fill_digests(out, certificate, arena, err);
}
