/* pki/secret.c - guarded memory for private keys, and a process that cannot be looked into.
 *
 * libcrypto's secure heap is one region of 2 MiB: locked, left out of core files, between guard
 * pages. It is reserved once, before a key is read; when it is full the process ends rather than
 * put a key into ordinary memory. Every secret has a NUL behind it, so that PEM can be handed to
 * functions that take texts.
 *
 * Where the limit on locked memory is too low the heap is not locked, and the caller says so; keys
 * could then reach a swap device. */
#include "pki/secret.h"

#include "base/memory.h"
#include "base/sanitizer.h"
#include "pki/openssl.h"
#include <openssl/crypto.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* Room for some hundred private keys at a time; libcrypto wants powers of two. */
enum { SECURE_HEAP = 2 * 1024 * 1024, SECURE_CHUNK = 32 };

struct secret *secret_new(size_t len)
{
    struct secret *secret;

    if (len > SECURE_HEAP)
        memory_out();
    secret = OPENSSL_secure_zalloc(sizeof *secret + len + 1);
    if (!secret)
        memory_out();
    secret->len = len;
    return secret;
}

struct secret *secret_copy(const void *bytes, size_t len)
{
    struct secret *secret = secret_new(len);

    if (len > 0)
        memcpy(secret->bytes, bytes, len);
    return secret;
}

void secret_free(struct secret *secret)
{
    if (secret)
        OPENSSL_secure_clear_free(secret, sizeof *secret + secret->len + 1);
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
    return a->len == b->len && CRYPTO_memcmp(a->bytes, b->bytes, a->len) == 0;
}

void secret_wipe(void *bytes, size_t len) { OPENSSL_cleanse(bytes, len); }

/* The soft limit is often far below what the process may have. */
static void allow_locked_memory(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_MEMLOCK, &limit); /* if not, the heap is just not locked */
    }
}

int secret_protect_all(bool *locked, struct err *err)
{
    const struct rlimit none = { 0, 0 };
    int made;

    *locked = true;
    if (setrlimit(RLIMIT_CORE, &none) < 0)
        return err_errno(err, "forbid core dumps, which would hold private keys");
    if (!SANITIZED && prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) < 0)
        return err_errno(err, "forbid other processes to read this one's memory");
    if (CRYPTO_secure_malloc_initialized())
        return 0;
    allow_locked_memory();
    made = CRYPTO_secure_malloc_init(SECURE_HEAP, SECURE_CHUNK);
    if (made == 0)
        return err_crypto(err, "reserve guarded memory for private keys");
    *locked = made == 1;
    return 0;
}
