/* pki/ca.h - the certificates of a CA of the ledger, up to its self-signed root.  Who signs with it
 * is pki/issuer.h. */
#ifndef WEFT_PKI_CA_H
#define WEFT_PKI_CA_H

#include "pki/certificate.h"
#include "pki/custody.h"
#include "state/ledger.h"

/* A root, or a given CA that is an intermediate itself. */
struct ca_signer {
    X509 *certificate;
    STACK_OF(X509) * chain; /* from its issuer up to, without, the self-signed root; NULL or empty:
                               it is the root */
    X509 *root; /* self-signed end of the chain: certificate itself when that is a root */
};

/* ca_release frees. */
MUST_USE int ca_read(struct ca_signer *out, const struct ledger_root *root, struct err *err);
void ca_release(struct ca_signer *signer);

/* How the key of an intermediate is bound to its row. */
struct custody_row ca_intermediate_custody_row(const char *id, const char *spki);

#endif
