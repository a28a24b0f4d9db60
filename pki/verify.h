/* pki/verify.h - strict verification (X509_V_FLAG_X509_STRICT, RFC 5280) of everything that is made
 * or delivered. */
#ifndef WEFT_PKI_VERIFY_H
#define WEFT_PKI_VERIFY_H

#include "pki/intermediate.h"

/* certificate is a CA whose chain ends in one of roots at the time given; untrusted may be NULL. */
MUST_USE int verify_ca(X509 *certificate, STACK_OF(X509) * untrusted, X509 *root, int64_t at,
                       struct err *err);
MUST_USE int verify_intermediate(X509 *certificate, const struct ca_signer *signer, int64_t at,
                                 struct err *err);

#endif
