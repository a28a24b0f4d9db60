/* base/digest.c - SHA-256, SHA-1 and MD5 by libcrypto.  Must not be given keys: what is secret
 * belongs to custody.
 *
 * Each digest is fetched once for the process and found by a fixed index. Failures after that are
 * a lack of memory, which ends the program as everywhere else, so functions that hash cannot fail.
 * MD5 serves names that Istio's tools shortened that way, never security, which is why it may be
 * fetched on a machine in FIPS mode. */
#include "base/digest.h"

#include "base/base64.h"
#include "base/memory.h"
#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { SHA1, SHA256, MD5, KIND_COUNT };

/* "-fips" takes the FIPS requirement of the local OpenSSL configuration away from this one fetch,
 * as ossl-guide-libcrypto-introduction(7) describes; without it, names could not be shortened on a
 * machine that is set to FIPS mode. */
static const struct {
    const char *name, *properties;
    int size;
} kinds[] = {
    [SHA1] = { "SHA1", NULL, 20 },
    [SHA256] = { "SHA256", NULL, 32 },
    [MD5] = { "MD5", "-fips", 16 },
};
static_assert(LENGTH(kinds) == KIND_COUNT, "every digest has a row");

/* A digest that was fetched once fails only when memory runs out. */
static void must(int worked)
{
    if (!worked)
        memory_out();
}

/* A fetch costs more than hashing a small file, so each digest is fetched once and kept.  NULL:
 * libcrypto does not offer it. */
static const EVP_MD *find(enum kind kind)
{
    static const EVP_MD *fetched[KIND_COUNT];

    if (!fetched[kind])
        fetched[kind] = EVP_MD_fetch(NULL, kinds[kind].name, kinds[kind].properties);
    return fetched[kind];
}

/* Without its default context, which it makes for the first call, libcrypto's fetch would follow a
 * null pointer. */
int digest_check(struct err *err)
{
    if (!OSSL_LIB_CTX_get0_global_default())
        return err_set(err, ERR_CRYPTO, 0, "start libcrypto: out of memory");
    for (enum kind kind = 0; kind < KIND_COUNT; kind++)
        if (!find(kind)) /* of a lack of memory libcrypto often tells nothing */
            return err_set(err, ERR_CRYPTO, 0,
                           "libcrypto does not offer %s: activate its default provider in the "
                           "OpenSSL configuration, or give the process more memory",
                           kinds[kind].name);
    return 0;
}

static void begin(EVP_MD_CTX *context, enum kind kind)
{
    must(find(kind) && EVP_DigestInit_ex2(context, find(kind), NULL));
}

static void add(EVP_MD_CTX *context, const void *bytes, size_t len)
{
    must(EVP_DigestUpdate(context, bytes, len));
}

static void finish(EVP_MD_CTX *context, enum kind kind, unsigned char *out)
{
    unsigned len = 0;

    must(EVP_DigestFinal_ex(context, out, &len));
    assert((int)len == kinds[kind].size);
    (void)kind; /* without assertions */
}

/* One context for all digests that are made in one call: a new one costs as much as hashing 300
 * bytes. */
static EVP_MD_CTX *shared_context(void)
{
    static EVP_MD_CTX *context;

    if (!context)
        must((context = EVP_MD_CTX_new()) != NULL);
    return context;
}

static void digest_of(unsigned char *out, enum kind kind, const void *bytes, size_t len)
{
    EVP_MD_CTX *context = shared_context();

    begin(context, kind);
    add(context, bytes, len);
    finish(context, kind, out);
}

static EVP_MD_CTX *stream_context(enum kind kind)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    must(context != NULL);
    begin(context, kind);
    return context;
}

struct sha256 sha256_of(const void *bytes, size_t len)
{
    struct sha256 out;

    digest_of(out.bytes, SHA256, bytes, len);
    return out;
}

void sha256_hex(char out[65], const void *bytes, size_t len)
{
    struct sha256 digest = sha256_of(bytes, len);

    hex_encode(out, digest.bytes, sizeof digest.bytes);
}

void digest_md5_hex(char out[33], const void *bytes, size_t len)
{
    unsigned char digest[16];

    digest_of(digest, MD5, bytes, len);
    hex_encode(out, digest, sizeof digest);
}

struct sha256_stream {
    EVP_MD_CTX *context;
};

struct sha256_stream *sha256_begin(void)
{
    struct sha256_stream *stream = memory_grow(NULL, sizeof *stream);

    stream->context = stream_context(SHA256);
    return stream;
}

void sha256_add(struct sha256_stream *stream, const void *bytes, size_t len)
{
    add(stream->context, bytes, len);
}

struct sha256 sha256_end(struct sha256_stream *stream)
{
    struct sha256 out;

    finish(stream->context, SHA256, out.bytes);
    EVP_MD_CTX_free(stream->context);
    free(stream);
    return out;
}

struct sha1 {
    EVP_MD_CTX *context;
};

struct sha1 *sha1_begin(void)
{
    struct sha1 *stream = memory_grow(NULL, sizeof *stream);

    stream->context = stream_context(SHA1);
    return stream;
}

void sha1_add(struct sha1 *stream, const void *bytes, size_t len)
{
    add(stream->context, bytes, len);
}

struct git_id sha1_end(struct sha1 *stream)
{
    struct git_id id;

    finish(stream->context, SHA1, id.bytes);
    EVP_MD_CTX_free(stream->context);
    free(stream);
    return id;
}

/* Git hashes a header before the content: gitformat-pack(5) and git-hash-object(1). */
struct git_id git_id_of_blob(const void *bytes, size_t len)
{
    EVP_MD_CTX *context = shared_context();
    struct git_id id;
    char header[32];
    int header_len = snprintf(header, sizeof header, "blob %zu", len) + 1; /* with its NUL */

    begin(context, SHA1);
    add(context, header, (size_t)header_len);
    add(context, bytes, len);
    finish(context, SHA1, id.bytes);
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
