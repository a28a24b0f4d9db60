/* base/merkle.h - Merkle trees of RFC 9162 (the same as those of RFC 6962): a digest over a list
 * that grows, and short proofs that an entry is in it.  Pure. */
#ifndef WEFT_BASE_MERKLE_H
#define WEFT_BASE_MERKLE_H

#include "base/digest.h"
#include <stdbool.h>
#include <stdint.h>

enum { MERKLE_PATH_MAX = 64 };

/* RFC 9162, 2.1.1: SHA-256 of 0x00 and the bytes of an entry. */
struct sha256 merkle_leaf(const void *bytes, size_t len);
/* The hash of the tree over count leaves; of none, the SHA-256 of nothing. */
struct sha256 merkle_root(const struct sha256 *leaves, size_t count);
/* RFC 9162, 2.1.3.1: the inclusion proof of leaf index (below count), its lowest node first.
 * Returns how many nodes path got. */
size_t merkle_path(struct sha256 path[MERKLE_PATH_MAX], const struct sha256 *leaves, size_t count,
                   size_t index);
/* RFC 9162, 2.1.3.2: whether the proof shows that the leaf is number index of count under root. */
struct merkle_proof {
    struct sha256 leaf, root;
    uint64_t index, count;
    const struct sha256 *path;
    size_t path_len;
};
bool merkle_proves(const struct merkle_proof *proof);

#endif
