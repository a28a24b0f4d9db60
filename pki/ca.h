/* pki/ca.h - a CA of the ledger that can sign: its certificate, chain and opened private key.
 */
#ifndef WEFT_PKI_CA_H
#define WEFT_PKI_CA_H

#include "pki/custody.h"
#include "pki/intermediate.h"
#include "state/ledger.h"

/* Opened on demand; the last one stays open, for orders come grouped by root. */
struct ca_list {
    const struct custody *custody;
    const char *id; /* of the open one */
    struct ca_signer open;
};

void ca_close_all(struct ca_list *signers);
/* The signer of a root row; valid until the next call.  The root's certificates may be read without
 * its key: ca_read. */
MUST_USE int ca_find(const struct ca_signer **out, struct ca_list *signers,
                     const struct ledger_root *root, struct err *err);
/* Certificates only: key stays NULL.  ca_release frees. */
MUST_USE int ca_read(struct ca_signer *out, const struct ledger_root *root, struct err *err);
void ca_release(struct ca_signer *signer);

/* How a root's or an intermediate's key is bound to its row. */
struct custody_row ca_root_custody_row(const char *id, const char *spki);
struct custody_row ca_intermediate_custody_row(const char *id, const char *spki);

#endif
