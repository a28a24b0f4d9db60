/* pki/signing_request.h - certificate signing requests (PKCS#10, RFC 2986). */
#ifndef WEFT_PKI_SIGNING_REQUEST_H
#define WEFT_PKI_SIGNING_REQUEST_H

#include "pki/certificate.h"
#include "pki/csr_fault.h"

/* A request for the subject of the profile, signed with key (SHA-256), as PEM in the arena.
 * Nothing of it is secret. */
MUST_USE int signing_request_pem(const char **out, const struct ca_profile *profile, EVP_PKEY *key,
                                 struct arena *arena, struct err *err);

/* The public key of a request that another process made: its self-signature is right, it asks for
 * no name in a subjectAltName, no extension and no attribute, since a certificate has what weft
 * decides, and the key is EC P-256 or P-384, or RSA of 2048 to 8192 bits.  The subject counts for
 * nothing here.  -1 with ERR_REFUSED and a CSR_ fault (pki/csr_fault.h) in err.code. */
MUST_USE int signing_request_read(EVP_PKEY **out, const char *pem, struct err *err);
/* Its subject has exactly one common name, and it is this one.  For a request whose self-signature
 * is right: then the holder of its key wrote the name. */
bool signing_request_is_named(const char *pem, const char *name);

#endif
