/* pki/cacerts_check.h - whether the files of a cacerts may be put in place in a cluster, judged
 * there with its own key: the agent's part of the self-test. */
#ifndef WEFT_PKI_CACERTS_CHECK_H
#define WEFT_PKI_CACERTS_CHECK_H

#include "pki/cacerts.h"
#include <openssl/types.h>

/* ca-cert.pem is one certificate of a CA with path length 0 for the key; cert-chain.pem begins with
 * it and leads to a root of root-cert.pem, all valid at now, strictly; and a leaf of istiod's
 * account that the key signs is accepted in both roles under root-cert.pem.  files->ca_key is not
 * looked at.  -1 with the reason. */
MUST_USE int cacerts_check(const struct cacerts *files, EVP_PKEY *key, int64_t now,
                           struct arena *arena, struct err *err);
/* istiod takes a new bundle without a restart only when one of the two contains the other, as bytes
 * before 1.30 (docs/rotation.md); "" for none so far. */
bool cacerts_check_bundle(const char *former, const char *next);

#endif
