/* pki/csr_proof.h - whether a request comes from the cluster that it says it is from: a token of
 * the agent's service account, issued by that cluster's API server for exactly this text. */
#ifndef WEFT_PKI_CSR_PROOF_H
#define WEFT_PKI_CSR_PROOF_H

#include "pki/csr_request.h"
#include "pki/jwks.h"

enum {
    CSR_MAX_AGE = 24 * 3600, /* seconds from the token's issue: agents renew it at half of that */
    CSR_SKEW = 600           /* seconds that the cluster's clock may be ahead */
};

struct csr_origin {
    const char *cluster;     /* where the request was found */
    const char *namespace;   /* of the agent */
    const struct jwks *keys; /* that the cluster's API server signs tokens with */
    int64_t now;
};

/* The text is from the agent of that cluster, and names it.  The token must have exactly one
 * audience: that of the text (csr_request_audience).  Its end is not looked at: it proves who wrote
 * the request when it was written, and its audience is no API server's, so it opens nothing.
 * -1 with ERR_REFUSED and a fault in err.code. */
MUST_USE int csr_proof_check(const struct csr_request *request, const char *bytes, size_t len,
                             const char *token, const struct csr_origin *origin,
                             struct arena *arena, struct err *err);

#endif
