/* base/sha1.c - SHA-1 streams, by libcrypto.  Must not be used where an attacker gains by a
 * collision. */
#include "base/sha1.h"

#include "base/memory.h"
#include <openssl/evp.h>
#include <stdlib.h>

struct sha1_stream {
    EVP_MD_CTX *context;
};

static void must(int worked)
{
    if (!worked)
        memory_out();
}

struct sha1_stream *sha1_begin(void)
{
    struct sha1_stream *stream = memory_grow(NULL, sizeof *stream);

    stream->context = EVP_MD_CTX_new();
    must(stream->context && EVP_DigestInit_ex2(stream->context, EVP_sha1(), NULL));
    return stream;
}

void sha1_add(struct sha1_stream *stream, const void *bytes, size_t len)
{
    must(EVP_DigestUpdate(stream->context, bytes, len));
}

struct git_id sha1_end(struct sha1_stream *stream)
{
    struct git_id id;

    must(EVP_DigestFinal_ex(stream->context, id.bytes, NULL));
    EVP_MD_CTX_free(stream->context);
    free(stream);
    return id;
}
