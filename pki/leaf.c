/* pki/leaf.c - throw-away leaves, made and verified as workloads do.
 *
 * The self-test asks whether workloads would accept each other, so a leaf looks like one that
 * istiod issues: an empty subject, therefore a critical subjectAltName (RFC 5280 4.2.1.6), both
 * extended key usages, and an authority key identifier, by which verifiers choose among several
 * CAs of one name. The serial is random with its top bits 01, so it is positive and has always 16
 * bytes. Keys and leaves never leave the process. */
#include "pki/leaf.h"

#include "pki/key.h"
#include "pki/openssl.h"
#include <openssl/err.h>
#include <openssl/rand.h>

AUTO_DEFINE(EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free)

static int add(X509 *leaf, int nid, void *value, int critical)
{
    return value && X509_add1_ext_i2d(leaf, nid, value, critical, X509V3_ADD_DEFAULT) == 1;
}

static int push_name(GENERAL_NAMES *names, int type, const char *value)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();

    if (!name || !text || !ASN1_STRING_set(text, value, -1) || !sk_GENERAL_NAME_push(names, name)) {
        GENERAL_NAME_free(name);
        ASN1_IA5STRING_free(text);
        return 0;
    }
    GENERAL_NAME_set0_value(name, type, text);
    return 1;
}

static int add_names(X509 *leaf, const struct leaf_names *wanted)
{
    AUTO(GENERAL_NAMES_free) GENERAL_NAMES *names = GENERAL_NAMES_new();

    if (!names || (wanted->uri && !push_name(names, GEN_URI, wanted->uri)))
        return 0;
    for (size_t i = 0; i < wanted->dns_count; i++)
        if (!push_name(names, GEN_DNS, wanted->dns[i]))
            return 0;
    return add(leaf, NID_subject_alt_name, names, 1);
}

static int add_usage(X509 *leaf)
{
    enum { DIGITAL_SIGNATURE = 0, KEY_ENCIPHERMENT = 2 }; /* RFC 5280, 4.2.1.3 */
    AUTO(ASN1_BIT_STRING_free) ASN1_BIT_STRING *usage = ASN1_BIT_STRING_new();
    AUTO(EXTENDED_KEY_USAGE_free) EXTENDED_KEY_USAGE *extended = EXTENDED_KEY_USAGE_new();
    AUTO(BASIC_CONSTRAINTS_free) BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();

    return usage && extended && ASN1_BIT_STRING_set_bit(usage, DIGITAL_SIGNATURE, 1)
           && ASN1_BIT_STRING_set_bit(usage, KEY_ENCIPHERMENT, 1)
           && sk_ASN1_OBJECT_push(extended, OBJ_nid2obj(NID_server_auth))
           && sk_ASN1_OBJECT_push(extended, OBJ_nid2obj(NID_client_auth))
           && add(leaf, NID_basic_constraints, constraints, 1) && add(leaf, NID_key_usage, usage, 1)
           && add(leaf, NID_ext_key_usage, extended, 0);
}

static int add_authority(X509 *leaf, X509 *issuer)
{
    AUTO(AUTHORITY_KEYID_free) AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
    const ASN1_OCTET_STRING *mark = X509_get0_subject_key_id(issuer);

    if (!authority || !mark)
        return 0;
    authority->keyid = ASN1_OCTET_STRING_dup(mark);
    return authority->keyid && add(leaf, NID_authority_key_identifier, authority, 0);
}

static int set_serial(X509 *leaf)
{
    unsigned char bytes[16];
    AUTO(BN_free) BIGNUM *number = NULL;

    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return 0;
    bytes[0] = (unsigned char)((bytes[0] & 0x7F) | 0x40);
    number = BN_bin2bn(bytes, sizeof bytes, NULL);
    return number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(leaf)) != NULL;
}

int leaf_make(X509 **out, const struct leaf_names *names, EVP_PKEY *key, X509 *issuer,
              EVP_PKEY *signer, int64_t not_before, int64_t not_after, struct err *err)
{
    AUTO(X509_free) X509 *leaf = X509_new();

    if (!leaf || !X509_set_version(leaf, X509_VERSION_3) || !set_serial(leaf)
        || !X509_set_pubkey(leaf, key) || !X509_set_issuer_name(leaf, X509_get_subject_name(issuer))
        || !ASN1_TIME_set(X509_getm_notBefore(leaf), (time_t)not_before)
        || !ASN1_TIME_set(X509_getm_notAfter(leaf), (time_t)not_after) || !add_usage(leaf)
        || !add_names(leaf, names) || !add_authority(leaf, issuer))
        return err_crypto(err, "fill in a leaf for the self-test");
    if (!X509_sign(leaf, signer, EVP_sha256()))
        return err_crypto(err, "sign a leaf for the self-test");
    *out = TAKE(leaf);
    return 0;
}

/* For a leaf that a stand-in signed: takes its signature as given, and no other one's. */
static int allow_leaf_signature(int good, X509_STORE_CTX *work)
{
    return good
           || (X509_STORE_CTX_get_error(work) == X509_V_ERR_CERT_SIGNATURE_FAILURE
               && X509_STORE_CTX_get_error_depth(work) == 0);
}

static int verify(int *error, X509 *leaf, STACK_OF(X509) * chain, X509_STORE *bundle,
                  enum leaf_role role, int64_t at, X509_STORE_CTX_verify_cb allow, struct err *err)
{
    AUTO(X509_STORE_CTX_free) X509_STORE_CTX *work = X509_STORE_CTX_new();
    int purpose = role == LEAF_SERVER ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT;
    X509_VERIFY_PARAM *param;

    if (!work || !X509_STORE_CTX_init(work, bundle, leaf, chain)
        || !X509_STORE_CTX_set_purpose(work, purpose))
        return err_crypto(err, "prepare the self-test");
    if (allow)
        X509_STORE_CTX_set_verify_cb(work, allow);
    param = X509_STORE_CTX_get0_param(work);
    X509_VERIFY_PARAM_set_time(param, (time_t)at);
    if (!X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT))
        return err_crypto(err, "prepare the self-test");
    *error = X509_verify_cert(work) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(work);
    ERR_clear_error();
    return 0;
}

int leaf_verify(int *error, X509 *leaf, STACK_OF(X509) * chain, X509_STORE *bundle,
                enum leaf_role role, int64_t at, struct err *err)
{
    return verify(error, leaf, chain, bundle, role, at, NULL, err);
}

int leaf_verify_unsigned(int *error, X509 *leaf, STACK_OF(X509) * chain, X509_STORE *bundle,
                         enum leaf_role role, int64_t at, struct err *err)
{
    return verify(error, leaf, chain, bundle, role, at, allow_leaf_signature, err);
}

/* libcrypto compares the algorithm of a signature with the kind of the issuer's key, not with its
 * size. */
int leaf_stand_in(EVP_PKEY **out, X509 *issuer, struct err *err)
{
    const bool rsa = EVP_PKEY_is_a(X509_get0_pubkey(issuer), "RSA");

    return key_make(out, (struct key_kind){ rsa ? KEY_RSA : KEY_EC_P256, 2048 }, err);
}
