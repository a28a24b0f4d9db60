/* pki/issuer_local.h - CAs whose private key is in the ledger, sealed under the state key. */
#ifndef WEFT_PKI_ISSUER_LOCAL_H
#define WEFT_PKI_ISSUER_LOCAL_H

#include "pki/custody.h"

/* How the key of a CA is bound to its row. */
struct custody_row issuer_local_custody_row(const char *id, const char *spki);

#endif
