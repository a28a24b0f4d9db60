/* base/merkle.c - hashes nodes as RFC 9162, 2.1 describes.
 *
 * A tree over n leaves splits at the largest power of two below n, so the left part is complete and
 * never changes when entries are appended.  Leaves and nodes are hashed with different first bytes,
 * for otherwise the concatenation of two hashes could pass for an entry. */
#include "base/merkle.h"
#include "base/compiler.h"
#include <string.h>

enum { LEAF = 0x00, NODE = 0x01 };

struct sha256 merkle_leaf(const void *bytes, size_t len)
{
    static const unsigned char prefix = LEAF;
    struct sha256_stream *stream = sha256_begin();

    sha256_add(stream, &prefix, sizeof prefix);
    sha256_add(stream, bytes, len);
    return sha256_end(stream);
}

static struct sha256 node(const struct sha256 *left, const struct sha256 *right)
{
    unsigned char bytes[1 + 2 * sizeof left->bytes] = { NODE };

    memcpy(bytes + 1, left->bytes, sizeof left->bytes);
    memcpy(bytes + 1 + sizeof left->bytes, right->bytes, sizeof right->bytes);
    return sha256_of(bytes, sizeof bytes);
}

/* The largest power of two that is smaller than count, which is at least 2. */
static size_t split_of(size_t count)
{
    size_t split = 1;

    while (split < count - split)
        split *= 2;
    return split;
}

struct sha256 merkle_root(const struct sha256 *leaves, size_t count)
{
    struct sha256 left, right;

    if (!count)
        return sha256_of("", 0);
    if (count == 1)
        return leaves[0];
    left = merkle_root(leaves, split_of(count));
    right = merkle_root(leaves + split_of(count), count - split_of(count));
    return node(&left, &right);
}

size_t merkle_path(struct sha256 path[MERKLE_PATH_MAX], const struct sha256 *leaves, size_t count,
                   size_t index)
{
    size_t split, len;

    if (count < 2)
        return 0;
    split = split_of(count);
    if (index < split) {
        len = merkle_path(path, leaves, split, index);
        path[len] = merkle_root(leaves + split, count - split);
    } else {
        len = merkle_path(path, leaves + split, count - split, index - split);
        path[len] = merkle_root(leaves, split);
    }
    return len + 1;
}

/* The names fn, sn and r are those of the RFC. */
bool merkle_proves(const struct merkle_proof *proof)
{
    uint64_t fn = proof->index, sn = proof->count - 1;
    struct sha256 r = proof->leaf;

    if (proof->index >= proof->count)
        return false;
    for (size_t i = 0; i < proof->path_len; i++) {
        if (!sn)
            return false;
        if ((fn & 1) || fn == sn) {
            r = node(&proof->path[i], &r);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = node(&r, &proof->path[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return !sn && memcmp(r.bytes, proof->root.bytes, sizeof r.bytes) == 0;
}
