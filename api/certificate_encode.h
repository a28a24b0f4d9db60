/* api/certificate_encode.h - SharedTrust and MTLSConfig back to the words of the API, with defaults
 * written out: what is deployed must not change its meaning when a later version has other
 * defaults. */
#ifndef WEFT_API_CERTIFICATE_ENCODE_H
#define WEFT_API_CERTIFICATE_ENCODE_H

#include "api/certificate.h"

/* For deployedSharedTrust: SharedTrust as the API writes it, only what is set; decode gives the
 * same struct back. */
struct node *certificate_encode_shared_trust(const struct shared_trust *trust, struct arena *arena);

/* MTLSConfig in full, defaults written out; the model may not be TRUST_ABSENT. */
struct node *certificate_encode_mtls(const struct mtls_config *config, struct arena *arena);

#endif
