/* base/hash.c - SHA-256 and Git's SHA-1, by libcrypto.  Nothing keyed, nothing secret. */
#include "base/hash.h"
#include "base/base64.h"

#include "base/memory.h"
#include "base/text.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sha256_stream {
    EVP_MD_CTX *context;
};

/* A digest can fail only when memory runs out (or libcrypto has none, which ends us as well). */
static void must(int worked)
{
    if (!worked)
        memory_out();
}

/* Fetching costs more than hashing a small file, so each digest is fetched once. */
static const EVP_MD *sha1_digest(void)
{
    static const EVP_MD *digest;

    if (!digest)
        must((digest = EVP_MD_fetch(NULL, "SHA1", NULL)) != NULL);
    return digest;
}

static const EVP_MD *sha256_digest(void)
{
    static const EVP_MD *digest;

    if (!digest)
        must((digest = EVP_MD_fetch(NULL, "SHA256", NULL)) != NULL);
    return digest;
}

/* One context for all one-shot digests: making one costs as much as hashing 300 bytes. */
static EVP_MD_CTX *shared_context(void)
{
    static EVP_MD_CTX *context;

    if (!context)
        must((context = EVP_MD_CTX_new()) != NULL);
    return context;
}

struct sha256 sha256_of(const void *bytes, size_t len)
{
    EVP_MD_CTX *context = shared_context();
    struct sha256 out = { 0 };

    must(EVP_DigestInit_ex2(context, sha256_digest(), NULL) && EVP_DigestUpdate(context, bytes, len)
         && EVP_DigestFinal_ex(context, out.bytes, NULL));
    return out;
}

void sha256_hex(char out[65], const void *bytes, size_t len)
{
    struct sha256 digest = sha256_of(bytes, len);

    hex_encode(out, digest.bytes, sizeof digest.bytes);
}

struct sha256_stream *sha256_begin(void)
{
    struct sha256_stream *stream = memory_grow(NULL, sizeof *stream);

    stream->context = EVP_MD_CTX_new();
    must(stream->context && EVP_DigestInit_ex2(stream->context, sha256_digest(), NULL));
    return stream;
}

void sha256_add(struct sha256_stream *stream, const void *bytes, size_t len)
{
    must(EVP_DigestUpdate(stream->context, bytes, len));
}

struct sha256 sha256_end(struct sha256_stream *stream)
{
    struct sha256 out = { 0 };

    must(EVP_DigestFinal_ex(stream->context, out.bytes, NULL));
    EVP_MD_CTX_free(stream->context);
    free(stream);
    return out;
}

struct git_id hash_git_blob(const void *bytes, size_t len)
{
    EVP_MD_CTX *context = shared_context();
    struct git_id id = { 0 };
    char header[32];
    int header_len = snprintf(header, sizeof header, "blob %zu", len) + 1; /* with its NUL */

    must(EVP_DigestInit_ex2(context, sha1_digest(), NULL)
         && EVP_DigestUpdate(context, header, (size_t)header_len)
         && EVP_DigestUpdate(context, bytes, len) && EVP_DigestFinal_ex(context, id.bytes, NULL));
    return id;
}

int git_id_equal(const struct git_id *a, const struct git_id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void git_id_hex(char out[41], const struct git_id *id)
{
    hex_encode(out, id->bytes, sizeof id->bytes);
}
