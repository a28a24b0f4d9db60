/* pki/custody.h - the state key (KEK), and private keys at rest under it.  our rules:
 * two levels of AES-256-GCM, so that destroying a row's wrapped key destroys the row. */
#ifndef WEFT_PKI_CUSTODY_H
#define WEFT_PKI_CUSTODY_H

#include "base/arena.h"
#include "pki/secret.h"
#include "state/ledger.h"

struct custody; /* holds the state key in guarded memory */

/* The key from a file that holds 32 raw bytes, 64 hex digits, or the base64 of 32 bytes (a newline
 * at the end is fine for the last two).  Refuses what others may read: any permission for others,
 * or for the group - but a file of root's that only our group may read is taken, for that is how
 * Kubernetes mounts a Secret for a pod that is not root. */
MUST_USE int custody_open(struct custody **out, const char *path, struct err *err);
void custody_close(struct custody *custody);
AUTO_DEFINE(struct custody, custody_close)
/* First 16 bytes of HMAC-SHA-256(key, "weft kek id"), hex.  Tells keys apart and gives nothing
 * away. Lives as long as custody. */
const char *custody_key_id(const struct custody *custody);

/* HMAC-SHA-256 for the rows of the state, under a key of its own: HMAC-SHA-256(state key, "weft
 * state rows").  Lives as long as custody. */
struct ledger_key custody_ledger_key(const struct custody *custody);

/* Where a sealed key lives; bound into it, so that rows cannot be swapped. */
struct custody_row {
    const char *table;   /* "root", "intermediate" */
    const char *id;      /* of the row */
    const char *purpose; /* "sign" */
    const char *spki;    /* SHA-256 of the public key, hex */
};

/* Row format: version 1 | key id (16) | wrap algorithm 1 | nonce (12) | wrapped data key (48) |
 * nonce (12) | ciphertext | tag (16). The result lies in the arena. */
MUST_USE int custody_seal(struct sealed *out, const struct custody *custody,
                          const struct custody_row *row, const struct secret *plain,
                          struct arena *arena, struct err *err);
/* ERR_REFUSED: sealed under another state key.  ERR_CRYPTO: the bytes, or the row they are in, were
 * changed. */
MUST_USE int custody_unseal(struct secret **out, const struct custody *custody,
                            const struct custody_row *row, struct sealed sealed, struct err *err);

/* HMAC-SHA-256 with the state key over pieces, each with its length before it; hex. */
struct custody_piece {
    const void *bytes;
    size_t len;
};
MUST_USE int custody_digest(char out[65], const struct custody *custody,
                            const struct custody_piece *pieces, size_t count, struct err *err);

#endif
