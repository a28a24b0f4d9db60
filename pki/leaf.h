/* pki/leaf.h - leaves of workloads as istiod makes them, for tests of trust only: weft never
 * delivers one. */
#ifndef WEFT_PKI_LEAF_H
#define WEFT_PKI_LEAF_H

#include "base/err.h"
#include <openssl/x509.h>
#include <stdint.h>

/* The subjectAltName of a leaf: one URI, or DNS names. */
struct leaf_names {
    const char *uri; /* NULL: none */
    const char *const *dns;
    size_t dns_count;
};
/* Empty subject, critical subjectAltName, digitalSignature and keyEncipherment, serverAuth and
 * clientAuth. */
MUST_USE int leaf_make(X509 **out, const struct leaf_names *names, EVP_PKEY *key, X509 *issuer,
                       EVP_PKEY *signer, int64_t not_before, int64_t not_after, struct err *err);
enum leaf_role { LEAF_SERVER, LEAF_CLIENT };
/* Verified strictly in a role; *error: libcrypto's code when it does not verify.  0 or -1: it could
 * not be tried at all. */
MUST_USE int leaf_verify(int *error, X509 *leaf, STACK_OF(X509) * chain, X509_STORE *bundle,
                         enum leaf_role role, int64_t at, struct err *err);
/* As leaf_verify, but for the leaf's own signature, which nothing is said about: where the key of
 * its issuer is not here, a key of the same kind signs in its place.  The chain above it is
 * verified as ever. */
MUST_USE int leaf_verify_unsigned(int *error, X509 *leaf, STACK_OF(X509) * chain,
                                  X509_STORE *bundle, enum leaf_role role, int64_t at,
                                  struct err *err);
/* A key that can sign leaves in the place of the issuer's. */
MUST_USE int leaf_stand_in(EVP_PKEY **out, X509 *issuer, struct err *err);

#endif
