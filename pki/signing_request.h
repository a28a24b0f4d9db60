/* pki/signing_request.h - certificate signing requests (PKCS#10, RFC 2986). */
#ifndef WEFT_PKI_SIGNING_REQUEST_H
#define WEFT_PKI_SIGNING_REQUEST_H

#include "pki/certificate.h"

/* A request for the subject of the profile, signed with key (SHA-256), as PEM in the arena.
 * Nothing of it is secret. */
MUST_USE int signing_request_pem(const char **out, const struct ca_profile *profile, EVP_PKEY *key,
                                 struct arena *arena, struct err *err);

#endif
