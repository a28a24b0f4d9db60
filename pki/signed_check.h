/* pki/signed_check.h - whether a certificate is the one that was asked for. */
#ifndef WEFT_PKI_SIGNED_CHECK_H
#define WEFT_PKI_SIGNED_CHECK_H

#include "pki/ca.h"

/* made is signed by the signer itself, over the subject's public key, and says what the profile
 * says: names, URI, path length, end.  An issuer may be another party, and a role of it may make
 * leaf certificates, add names, or shorten the time.  Beginning and chain are
 * verify_intermediate's.
 */
MUST_USE int signed_check(X509 *made, const struct ca_signer *signer,
                          const struct ca_profile *profile, const EVP_PKEY *subject,
                          struct arena *arena, struct err *err);

#endif
