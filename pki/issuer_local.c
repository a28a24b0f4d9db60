/* pki/issuer_local.c - signs with the key in the ledger.  The only source that knows that a CA's
 * key is there.  A private key is open only while it signs. */
#include "pki/issuer_local.h"

#include "pki/issuer.h"
#include "pki/key.h"
#include "pki/openssl.h"

struct custody_row issuer_local_custody_row(const char *id, const char *spki)
{
    return (struct custody_row){ "root", id, "sign", spki };
}

static bool can_sign(const struct ledger_root *ca) { return ca->key.len > 0; }

static int open_key(void **out, const struct ledger_root *ca, const struct ca_signer *signer,
                    const struct issuer_means *means, struct err *err)
{
    const struct custody_row row = issuer_local_custody_row(ca->id, ca->spki);
    AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
    AUTO(secret_free) struct secret *der = NULL;

    if (custody_unseal(&der, means->custody, &row, ca->key, err) < 0
        || key_of_der(&key, der, err) < 0)
        return -1;
    if (X509_check_private_key(signer->certificate, key) != 1)
        return err_crypto(err, "the private key of root %s does not fit its certificate", ca->id);
    *out = TAKE(key);
    return 0;
}

static int sign(X509 **out, void *key, const struct ca_signer *signer,
                const struct ca_profile *profile, EVP_PKEY *subject, struct err *err)
{
    return profile_certificate_make(out, profile, subject, signer->certificate, key, err);
}

static void close_key(void *key) { EVP_PKEY_free(key); }

static void destroy_key(struct ledger_root *ca) { ca->key = (struct sealed){ 0 }; }

const struct issuer issuer_local = { "local", can_sign, open_key, sign, close_key, destroy_key };
