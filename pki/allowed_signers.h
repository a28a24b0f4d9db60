/* pki/allowed_signers.h - who may sign: the file of `ssh-keygen -Y verify` and of git's
 * gpg.ssh.allowedSignersFile (ssh-keygen(1), "ALLOWED SIGNERS"). */
#ifndef WEFT_PKI_ALLOWED_SIGNERS_H
#define WEFT_PKI_ALLOWED_SIGNERS_H

#include "base/arena.h"
#include "base/diag.h"
#include "pki/ssh_key.h"

struct allowed_signer {
    const char *principals; /* "alice@example.com,bob@example.com" */
    const char *namespaces; /* patterns of namespaces, "git,file"; NULL: any */
    int64_t after, before;  /* valid-after, valid-before: seconds since 1970; 0: no limit */
    const unsigned char *blob;
    size_t blob_len;
    unsigned line;
};

struct allowed_signers {
    const char *file;
    const struct allowed_signer *list;
    size_t count;
};

/* Lines that cannot be used are mistakes with their place: keys of unknown types, options that
 * weft does not know (cert-authority too), malformed times.  Empty lines and comments are skipped.
 * A file without any signer is a mistake: it would refuse everything. */
void allowed_signers_parse(struct allowed_signers *out, const char *file, const char *bytes,
                           size_t len, struct arena *arena, struct diags *diags);

/* Who signed, by the key of a signature that was proved, at this time.  NULL: that key may not sign
 * for this namespace at this time; *why says so, in the arena. */
const struct allowed_signer *allowed_signers_find(const struct allowed_signers *signers,
                                                  struct ssh_string key, const char *namespace,
                                                  int64_t time, const char **why,
                                                  struct arena *arena);

#endif
