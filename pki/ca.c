/* pki/ca.c - reads the certificates of the CAs of the ledger.  Opens no key. */
#include "pki/ca.h"

#include "base/text.h"
#include "pki/openssl.h"
#include <string.h>

enum { CHAIN_MAX = 8 };

struct custody_row ca_intermediate_custody_row(const char *id, const char *spki)
{
    return (struct custody_row){ "intermediate", id, "sign", spki };
}

void ca_release(struct ca_signer *signer)
{
    X509_free(signer->certificate);
    X509_free(signer->root);
    sk_X509_pop_free(signer->chain, X509_free);
    *signer = (struct ca_signer){ 0 };
}

/* chain_pem goes from the issuer up to the self-signed root, which is its last. At most eight: the
 * text is in the state, and a certificate of a state that was changed must not cost unbounded
 * memory. */
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
