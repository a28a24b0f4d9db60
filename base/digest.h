/* base/digest.h - SHA-256, SHA-1 and MD5, all by libcrypto.  Nothing keyed and nothing secret: that
 * is custody's.  One thread: contexts and fetched digests are shared. */
#ifndef WEFT_BASE_DIGEST_H
#define WEFT_BASE_DIGEST_H

#include "base/err.h"
#include <stddef.h>

/* Whether libcrypto starts and has every digest of this header; ERR_CRYPTO names one that it lacks.
 * A program calls this before the first digest: the functions below end the process where libcrypto
 * refuses. */
MUST_USE int digest_check(struct err *err);

struct sha256 {
    unsigned char bytes[32];
};
struct sha256 sha256_of(const void *bytes, size_t len);
void sha256_hex(char out[65], const void *bytes, size_t len);

/* Several pieces, one digest. */
struct sha256_stream;
struct sha256_stream *sha256_begin(void);
void sha256_add(struct sha256_stream *stream, const void *bytes, size_t len);
struct sha256 sha256_end(struct sha256_stream *stream); /* frees the stream */

/* A Git object name (SHA-1), raw. */
struct git_id {
    unsigned char bytes[20];
};
struct git_id git_id_of_blob(const void *bytes, size_t len); /* of a blob with this content */
int git_id_equal(const struct git_id *a, const struct git_id *b);
void git_id_hex(char out[41], const struct git_id *id);

/* SHA-1 in pieces, for Git's packs and trees.  Not for anything where a collision would help an
 * attacker. */
struct sha1;
struct sha1 *sha1_begin(void);
void sha1_add(struct sha1 *stream, const void *bytes, size_t len);
struct git_id sha1_end(struct sha1 *stream); /* frees the stream */

/* MD5 (RFC 1321) in lower-case hex.  Only because the reference implementation shortens names with
 * it; not for anything that has to resist an attacker, which is also why a libcrypto that is
 * restricted to FIPS algorithms may compute it. */
void digest_md5_hex(char out[33], const void *bytes, size_t len);

#endif
