/* pki/csr_spare.h - keys for the next intermediates of clusters that make their own: what their
 * agents asked for, judged.  Public halves only. */
#ifndef WEFT_PKI_CSR_SPARE_H
#define WEFT_PKI_CSR_SPARE_H

#include "pki/trust_request.h"
#include "state/ledger.h"
#include <openssl/types.h>

/* One for each istiod namespace whose keys are made in its cluster, whether or not a key could be
 * had. */
struct csr_spare {
    const char *cluster, *namespace; /* of istiod */
    EVP_PKEY *key;                   /* NULL: there is none that may be certified */
    const char *spki;                /* SHA-256 of its SubjectPublicKeyInfo, hex */
    const char *csr;                 /* PEM; its self-signature is right */
    const char *why;                 /* why there is none */
    bool lost; /* the cluster has no key for the intermediate that it should use */
};

struct csr_spares {
    const struct csr_spare *list;
    size_t count;
};

/* In ledger_intermediate.options, instead of the kind of a key, where the cluster made it: the
 * kind is the agent's choice. */
#define CSR_KEY "csr"

/* The key of a signing request that was proven to be of the cluster, and names it
 * (signing_request_read, agent_key_request). */
MUST_USE int csr_spare_take(struct csr_spare *spare, const char *csr, struct arena *arena,
                            struct err *err);
/* There is no key any more, because of why. */
void csr_spare_drop(struct csr_spare *spare, const char *why);
/* NULL: weft makes the key of this mesh. */
const struct csr_spare *csr_spare_find(const struct csr_spares *spares,
                                       const struct mesh_identity *mesh);
/* The key of this intermediate was made in its cluster, and never was here. */
bool csr_spare_made(const struct ledger_intermediate *row);
/* The SPKI of a key that the cluster offers and that it will never get a certificate for: the
 * ledger has one already, and none that this virtual mesh uses there or may still come to use.
 * "": there is no such key. */
const char *csr_spare_refused(const struct csr_spare *spare, const struct ledger *ledger,
                              const char *virtual_mesh);
/* Whether the key may be certified now: it is there, and the ledger has no certificate for it, of
 * whatever cluster. -1 with the reason. */
MUST_USE int csr_spare_check(const struct csr_spare *spare, const struct ledger *ledger,
                             struct err *err);

#endif
