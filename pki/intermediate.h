/* pki/intermediate.h - the signing certificate of one istiod. */
#ifndef WEFT_PKI_INTERMEDIATE_H
#define WEFT_PKI_INTERMEDIATE_H

#include "api/certificate.h"
#include "pki/issuer.h"

struct intermediate_wish {
    const char *cluster;
    const char *spiffe_id; /* URI of the subjectAltName */
    uint32_t generation;   /* of the cluster: no two certificates with the same name */
    const struct cert_options *options;
    int64_t now;
    const char *csr; /* of a key that another process made; NULL: key has both halves */
};

/* O = options.org_name, CN = "weft intermediate <cluster> g<generation>", path length 0.  Valid
 * from now - CA_BACKDATE, not before its issuer; to now + ttl_days, not after its issuer (Q32).
 * Whatever the issuer did with the request, the certificate is compared with it (signed_check)
 * and verified strictly under the root before it is returned. */
MUST_USE int intermediate_make(X509 **out, EVP_PKEY *key, const struct issuer_session *issuer,
                               const struct intermediate_wish *wish, struct arena *arena,
                               struct err *err);
/* What it is made with, for comparing: O, URI, and the words of certificate_facts.key. */
const char *intermediate_options(const char *org, const char *uri, const char *key,
                                 struct arena *arena);
/* When it would end. */
int64_t intermediate_not_after(const struct cert_options *options, int64_t signer_not_after,
                               int64_t now);

#endif
