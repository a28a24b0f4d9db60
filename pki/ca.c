/* pki/ca.c - opens the CAs of the ledger.  Private keys live here only while they sign. */
#include "pki/ca.h"

#include "base/text.h"
#include "pki/key.h"
#include "pki/openssl.h"
#include <string.h>

enum { CHAIN_MAX = 8 };

struct custody_row ca_root_custody_row(const char *id, const char *spki)
{
    return (struct custody_row){ "root", id, "sign", spki };
}

struct custody_row ca_intermediate_custody_row(const char *id, const char *spki)
{
    return (struct custody_row){ "intermediate", id, "sign", spki };
}

void ca_release(struct ca_signer *signer)
{
    X509_free(signer->certificate);
    X509_free(signer->root);
    EVP_PKEY_free(signer->key);
    sk_X509_pop_free(signer->chain, X509_free);
    *signer = (struct ca_signer){ 0 };
}

void ca_close_all(struct ca_list *signers)
{
    ca_release(&signers->open);
    signers->id = NULL;
}

/* chain_pem goes from the issuer up to the self-signed root, which is its last. */
static int read_chain(struct ca_signer *out, const struct ledger_root *root, struct err *err)
{
    if (text_empty(root->chain_pem)) {
        if (!X509_up_ref(out->certificate))
            return err_crypto(err, "use root %s", root->id);
        out->root = out->certificate;
        return 0;
    }
    if (certificate_read_all(&out->chain, "the chain of the given CA", root->chain_pem,
                             strlen(root->chain_pem), CHAIN_MAX, err)
        < 0)
        return -1;
    out->root = sk_X509_pop(out->chain);
    return 0;
}

int ca_read(struct ca_signer *out, const struct ledger_root *root, struct err *err)
{
    struct ca_signer signer = { 0 };

    if (certificate_read(&signer.certificate, "the root in the state", root->cert_pem,
                         strlen(root->cert_pem), err)
            < 0
        || read_chain(&signer, root, err) < 0) {
        ca_release(&signer);
        return -1;
    }
    *out = signer;
    return 0;
}

static int open_key(struct ca_signer *signer, const struct custody *custody,
                    const struct ledger_root *root, struct err *err)
{
    struct custody_row row = ca_root_custody_row(root->id, root->spki);
    AUTO(secret_free) struct secret *der = NULL;

    if (custody_unseal(&der, custody, &row, root->key, err) < 0
        || key_of_der(&signer->key, der, err) < 0)
        return -1;
    if (X509_check_private_key(signer->certificate, signer->key) != 1)
        return err_crypto(err, "the private key of root %s does not fit its certificate", root->id);
    return 0;
}

int ca_find(const struct ca_signer **out, struct ca_list *signers, const struct ledger_root *root,
            struct err *err)
{
    if (!text_equal(signers->id, root->id)) {
        ca_close_all(signers);
        if (ca_read(&signers->open, root, err) < 0
            || open_key(&signers->open, signers->custody, root, err) < 0) {
            ca_close_all(signers);
            return -1;
        }
        signers->id = root->id;
    }
    *out = &signers->open;
    return 0;
}
