/* pki/issuer_foreign.c - a CA of which only the certificate is known: a cluster trusted it before
 * it joined.  It never signs. */
#include "pki/issuer.h"

static bool can_sign(const struct ledger_root *ca)
{
    (void)ca;
    return false;
}

static int open_key(void **key, const struct ledger_root *ca, const struct ca_signer *signer,
                    const struct issuer_means *means, struct err *err)
{
    (void)key, (void)signer, (void)means;
    return err_set(err, ERR_CRYPTO, 0, "root %.16s belongs to a cluster: weft has no key of it",
                   ca->id);
}

static int sign(X509 **out, void *key, const struct ca_signer *signer,
                const struct ca_profile *profile, EVP_PKEY *subject, struct err *err)
{
    (void)out, (void)key, (void)signer, (void)profile, (void)subject;
    return err_set(err, ERR_CRYPTO, 0, "weft has no key of this root");
}

static void close_key(void *key) { (void)key; }

static void destroy_key(struct ledger_root *ca) { (void)ca; }

const struct issuer issuer_foreign = {
    "foreign", can_sign, open_key, sign, close_key, destroy_key
};
