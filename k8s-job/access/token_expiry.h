/* k8s-job/access/token_expiry.h - when a bearer token ends, by what it says of itself.  Pure.  RFC
 * 7519. */
#ifndef WEFT_K8S_JOB_ACCESS_TOKEN_EXPIRY_H
#define WEFT_K8S_JOB_ACCESS_TOKEN_EXPIRY_H

#include <stdint.h>

/* Seconds; 0: it is no JWT, or does not say, so it may last until it is revoked.  Its signature is
 * for the API server to judge. */
int64_t token_expiry(const char *token);

#endif
