/* pki/ca_path.h - a CA that others made: its certification path up to the self-signed root, and
 * whether istiod and the data plane take every certificate of it. */
#ifndef WEFT_PKI_CA_PATH_H
#define WEFT_PKI_CA_PATH_H

#include "pki/certificate.h"

enum { CA_PATH_MAX = 8 }; /* certificates of a path, and of a file that is read for one */

/* The CA, its issuers, and the root last; borrowed from where they were looked up. */
struct ca_path {
    X509 *list[CA_PATH_MAX];
    size_t count;
};

/* Follows issuers by signature, in places (each may be NULL).  Judges each certificate on the way:
 * CA, may sign certificates, no extended key usage that istiod would refuse, and room for an
 * intermediate below ca. */
MUST_USE int ca_path_find(struct ca_path *out, X509 *ca, const STACK_OF(X509) *const *places,
                          size_t count, struct err *err);
bool ca_path_has(const struct ca_path *path, const X509 *certificate);
/* The issuers of the CA, encoded again, the root last; "" when the CA is the root. */
MUST_USE int ca_path_pem(const char **out, const struct ca_path *path, struct arena *arena,
                         struct err *err);
/* A type and size of key that the data plane takes. */
MUST_USE int ca_path_check_key(const EVP_PKEY *key, struct err *err);

#endif
