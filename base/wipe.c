/* base/wipe.c - free and realloc that leave nothing behind.  Must not be used where nothing is
 * secret: it costs a pass over the memory. */
#include "base/wipe.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void wipe_free(void *memory)
{
    if (memory)
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

void *wipe_realloc(void *old, size_t size)
{
    size_t had = old ? malloc_usable_size(old) : 0;
    void *memory = malloc(size ? size : 1);

    if (memory && old) {
        memcpy(memory, old, had < size ? had : size);
        wipe_free(old);
    }
    return memory;
}

static void *crypto_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return malloc(size);
}

static void *crypto_realloc(void *old, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return wipe_realloc(old, size);
}

static void crypto_free(void *memory, const char *file, int line)
{
    (void)file, (void)line;
    wipe_free(memory);
}

bool wipe_libcrypto(void)
{
    return CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) == 1;
}
