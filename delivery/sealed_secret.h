/* delivery/sealed_secret.h - a SealedSecret (bitnami.com/v1alpha1) that only one cluster's
 * controller can open.  Byte format of the sealed-secrets project: per value a fresh AES-256-GCM
 * key, wrapped by RSA-OAEP (SHA-256) whose label binds the namespace and the name (strict scope).
 */
#ifndef WEFT_DELIVERY_SEALED_SECRET_H
#define WEFT_DELIVERY_SEALED_SECRET_H

#include "base/node.h"
#include "base/text.h"
#include "delivery/recipient.h"

struct sealing_key; /* a controller's public key */

/* From the first certificate of a PEM text (`kubeseal --fetch-cert`).  The err names the file and
 * says what to do.  Refuses a certificate that is expired, not valid yet, or not RSA
 * of at least 2048 bits: its controller could not open what we seal. */
MUST_USE int sealing_key_open(struct sealing_key **out, const struct recipient_file *file,
                              int64_t now, struct err *err);
void sealing_key_close(struct sealing_key *key);
AUTO_DEFINE(struct sealing_key, sealing_key_close)
const char *sealing_key_fingerprint(
    const struct sealing_key *key); /* SHA-256 of its SubjectPublicKeyInfo, hex */
int64_t sealing_key_not_after(const struct sealing_key *key);

/* One value, base64: uint16 length of W | W = OAEP(K) | AES-256-GCM(K, nonce 0, value) | tag. label
 * is "namespace/name". */
MUST_USE int sealed_secret_value(struct text *out, const struct sealing_key *key, const char *label,
                                 const void *bytes, size_t len, struct err *err);

#endif
