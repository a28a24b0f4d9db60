/* pki/prove.h - the last look at a cacerts before it is encrypted or written: its very bytes, as
 * istiod and workloads will read them (docs/rotation.md). */
#ifndef WEFT_PKI_PROVE_H
#define WEFT_PKI_PROVE_H

#include "pki/cacerts.h"
#include "pki/trust_request.h"

/* The files of cacerts, whose key is open, are whole and fit each other: ca-cert.pem is the
 * certificate of row and nothing else, cert-chain.pem begins with it, the key is its own,
 * root-cert.pem holds the roots that the ledger names (by SHA-256 of the DER, in that order)
 * and nothing else, and leaves signed with that key, of a workload of mesh and of its istiod,
 * verify strictly under that root-cert.pem now.  ERR_REFUSED says which of these is not so. */
MUST_USE int prove_cacerts(const struct cacerts *cacerts, const struct ledger *ledger,
                           const struct ledger_intermediate *row, const struct mesh_identity *mesh,
                           int64_t now, struct err *err);

#endif
