/* pki/profile.h - makes a CA certificate by the one profile.  Extensions come from typed values,
 * never from pasted text: a comma in a name must not become a second name. */
#ifndef WEFT_PKI_PROFILE_H
#define WEFT_PKI_PROFILE_H

#include "pki/certificate.h"

/* When a certificate made at now for so many days ends: at most in the year 9999, as X.509 can say.
 */
int64_t profile_certificate_end(int64_t now, uint32_t ttl_days);

/* issuer NULL: self-signed, and signer is key itself. */
MUST_USE int profile_certificate_make(X509 **out, const struct ca_profile *profile, EVP_PKEY *key,
                                      X509 *issuer, EVP_PKEY *signer, struct err *err);

/* The first 8 hex digits of the subject key identifier that a certificate over key will carry. */
MUST_USE int profile_key_mark(char out[9], EVP_PKEY *key, struct err *err);

/* name when it fits in a CN together with the rest of its text, else as much of it as fits and 8
 * hex digits of its hash: still its own. */
const char *profile_name_fit(const char *name, size_t room, struct arena *arena);

#endif
