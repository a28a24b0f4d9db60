/* pki/signed_check.c - compares a certificate with what its issuer was asked for.  Trusts nothing
 * that the issuer says beside it.
 *
 * A CA of Vault may change what it signs by its role or its mount: shorten the lifetime, add
 * names, leave out usages. Each field is compared for equality, not for being acceptable, because
 * a certificate that differs is one that no decision was made about. The end is compared to the
 * second: an earlier one, as the longest lease of a mount gives, would shift renewals that were
 * planned by it. */
#include "pki/signed_check.h"

#include "base/clock.h"
#include "base/text.h"
#include "pki/openssl.h"

enum { SIGNATURE_BITS = 112 }; /* SHA-256 with RSA 2048 has as many, SHA-1 fewer */

static int refuse(struct err *err, const char *why)
{
    return err_set(err, ERR_CRYPTO, 0,
                   "the issuer returned a certificate that was not asked for: %s", why);
}

static bool has_one_uri(X509 *made, const char *uri)
{
    AUTO(GENERAL_NAMES_free)
    GENERAL_NAMES *names = X509_get_ext_d2i(made, NID_subject_alt_name, NULL, NULL);
    const GENERAL_NAME *name;

    if (!names || sk_GENERAL_NAME_num(names) != 1)
        return false;
    name = sk_GENERAL_NAME_value(names, 0);
    return name->type == GEN_URI
           && ASN1_STRING_length(name->d.uniformResourceIdentifier) == (int)strlen(uri)
           && memcmp(ASN1_STRING_get0_data(name->d.uniformResourceIdentifier), uri, strlen(uri))
                  == 0;
}

static int check_signature(X509 *made, const struct ca_signer *signer, struct err *err)
{
    int bits = 0;

    if (X509_check_issued(signer->certificate, made) != X509_V_OK
        || X509_verify(made, X509_get0_pubkey(signer->certificate)) != 1)
        return refuse(err, "another CA signed it");
    if (!X509_get_signature_info(made, NULL, NULL, &bits, NULL) || bits < SIGNATURE_BITS)
        return refuse(err, "its signature uses an algorithm that is too weak");
    return 0;
}

static int check_usage(X509 *made, const struct ca_profile *profile, struct err *err)
{
    const uint32_t needed = KU_KEY_CERT_SIGN | KU_CRL_SIGN;

    if (X509_check_ca(made) != 1)
        return refuse(err, "it is a leaf and not one of a CA (a role of Vault makes leaves: caPath "
                           "must end in root/sign-intermediate or sign-intermediate)");
    if (X509_get_pathlen(made) != profile->path_length)
        return refuse(err, "its path length differs");
    if (!(X509_get_extension_flags(made) & EXFLAG_KUSAGE)
        || (X509_get_key_usage(made) & needed) != needed)
        return refuse(err, "its key usage lacks keyCertSign or cRLSign");
    if (X509_get_extension_flags(made) & EXFLAG_XKUSAGE)
        return refuse(err, "it has an extended key usage, which istiod may refuse");
    return 0;
}

static int check_words(X509 *made, const struct ca_profile *profile, struct arena *arena,
                       struct err *err)
{
    struct certificate_facts facts;

    if (certificate_facts(&facts, made, arena, err) < 0)
        return -1;
    if (X509_NAME_entry_count(X509_get_subject_name(made)) != 2
        || !text_equal(facts.org, profile->org) || !text_equal(facts.name, profile->common_name))
        return refuse(err, arena_printf(arena, "its subject is %s", facts.subject));
    if (!has_one_uri(made, profile->uri))
        return refuse(err, "its subjectAltName is not exactly the identity of istiod");
    if (facts.not_after != profile->not_after)
        return refuse(err, arena_printf(arena,
                                        "it ends at %s instead of %s: raise the longest lease of "
                                        "the mount, or lower intermediateCertOptions.ttlDays",
                                        clock_text(facts.not_after, arena),
                                        clock_text(profile->not_after, arena)));
    return 0;
}

int signed_check(X509 *made, const struct ca_signer *signer, const struct ca_profile *profile,
                 const EVP_PKEY *subject, struct arena *arena, struct err *err)
{
    if (EVP_PKEY_eq(X509_get0_pubkey(made), subject) != 1)
        return refuse(err, "its public key is another");
    if (check_signature(made, signer, err) < 0 || check_usage(made, profile, err) < 0)
        return -1;
    return check_words(made, profile, arena, err);
}
