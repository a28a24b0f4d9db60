/* base/hash.h - digests (libcrypto); nothing keyed, nothing secret: that is pki's.  One thread:
 * contexts are shared. */
#ifndef WEFT_BASE_HASH_H
#define WEFT_BASE_HASH_H

#include <stddef.h>

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
struct git_id hash_git_blob(const void *bytes, size_t len); /* of a blob with this content */
int git_id_equal(const struct git_id *a, const struct git_id *b);
void git_id_hex(char out[41], const struct git_id *id);

#endif
