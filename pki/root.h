/* pki/root.h - a self-signed root for one VirtualMesh. */
#ifndef WEFT_PKI_ROOT_H
#define WEFT_PKI_ROOT_H

#include "api/certificate.h"
#include "pki/certificate.h"

/* O = options.org_name, CN = "weft root <virtual mesh> g<generation> <first 8 hex digits of the key
 * identifier>": unlike every other root's, so that two roots never hide each other in a store or a
 * CRL.  Valid from now - CA_BACKDATE for options.ttl_days from now. */
MUST_USE int root_make(X509 **out, EVP_PKEY *key, const char *virtual_mesh, uint32_t generation,
                       const struct cert_options *options, int64_t now, struct arena *arena,
                       struct err *err);

#endif
