/* pki/ssh_signature.h - signatures of files and commits by SSH keys: the format SSHSIG
 * (OpenSSH's PROTOCOL.sshsig), as git and ssh-keygen -Y make and verify them. */
#ifndef WEFT_PKI_SSH_SIGNATURE_H
#define WEFT_PKI_SSH_SIGNATURE_H

#include "base/arena.h"
#include "pki/ssh_key.h"

#define SSH_NAMESPACE_GIT "git" /* of commits and tags */

/* Appends the armored signature, with "\n" at the end of each line. */
MUST_USE int ssh_signature_make(struct text *out, const struct ssh_key *key, const char *namespace,
                                const void *bytes, size_t len, struct err *err);

struct ssh_signature {
    struct ssh_string key; /* the public key that it says to be of, as SSH sends it; in the arena */
    char fingerprint[52];  /* of that key */
};

/* *out is who signed, once the signature is proved to be of these bytes and for this namespace.
 * That the key may sign is for the caller to judge.  -1: it is not, or cannot be read. */
MUST_USE int ssh_signature_check(struct ssh_signature *out, const char *armored,
                                 const char *namespace, const void *bytes, size_t len,
                                 struct arena *arena, struct err *err);

#endif
