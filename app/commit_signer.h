/* app/commit_signer.h - who signed a commit, whatever follows from that. */
#ifndef WEFT_APP_COMMIT_SIGNER_H
#define WEFT_APP_COMMIT_SIGNER_H

#include "pki/allowed_signers.h"
#include "sync/snapshot.h"

struct commit_signer {
    bool is_signed;
    bool is_whole;           /* an SSH signature of just these bytes */
    const char *fingerprint; /* of the key; "" unless is_whole */
    const char *signer;      /* who may sign with it; "": none of signers, or signers is NULL */
    const char *why;         /* it is not whole, or the key may not sign; "" */
};

/* -1: the commit cannot be read, or has two signatures. */
MUST_USE int commit_signer_find(struct commit_signer *out, struct snapshot *commit,
                                const struct allowed_signers *signers, struct arena *arena,
                                struct err *err);
/* The signers that a file lists; the first mistake in it is the reason of a failure: a list that
 * cannot be read allows nothing.  setting: what names the file, for errors. */
MUST_USE int commit_signer_read_list(struct allowed_signers *out, const char *path,
                                     const char *setting, struct arena *arena, struct err *err);

#endif
