/* pki/ssh_key.h - keys of SSH: Ed25519 (RFC 8709), ECDSA on the NIST curves (RFC 5656) and RSA
 * (RFC 8332), from the files that ssh-keygen writes. */
#ifndef WEFT_PKI_SSH_KEY_H
#define WEFT_PKI_SSH_KEY_H

#include "base/err.h"
#include "base/text.h"
#include "pki/ssh_wire.h"
#include <openssl/types.h>

enum ssh_key_type { SSH_ED25519, SSH_ECDSA_P256, SSH_ECDSA_P384, SSH_ECDSA_P521, SSH_RSA };

struct ssh_key {
    EVP_PKEY *key;
    enum ssh_key_type type;
    struct text blob; /* the public key as SSH sends it */
};

/* A private key in the format of OpenSSH ("openssh-key-v1") or as PEM (PKCS#8, PKCS#1, SEC1),
 * without a passphrase.  what names the file in the err, which says how to correct it and holds no
 * byte of the key. */
MUST_USE int ssh_key_open(struct ssh_key **out, const char *what, const void *bytes, size_t len,
                          struct err *err);
/* A public key as SSH sends it: to verify with.  ERR_INPUT for types above and none other, and for
 * RSA below 2048 bits. */
MUST_USE int ssh_key_of_blob(struct ssh_key **out, struct ssh_string blob, struct err *err);
void ssh_key_close(struct ssh_key *key);
AUTO_DEFINE(struct ssh_key, ssh_key_close)

const char *ssh_key_type_name(enum ssh_key_type type); /* "ssh-ed25519" */
/* "SHA256:" and the digest of a public key as SSH sends it, in base64 without padding, as
 * `ssh-keygen -l` prints it. */
void ssh_key_fingerprint(char out[52], const void *blob, size_t len);

#endif
