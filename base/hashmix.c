/* base/hashmix.c - a fast seeded hash: eight bytes at a time, folded 64x64 multiplication (as
 * wyhash does). */
#include "base/hashmix.h"

#include <string.h>

static uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hashmix_bytes(const void *table, const char *bytes, size_t len)
{
    const uint64_t k1 = 0xA0761D6478BD642FU, k2 = 0xE7037ED1A0B428DBU;
    uint64_t hash = fold((uint64_t)(uintptr_t)table ^ k1, k2) ^ len, word;

    for (; len >= sizeof word; len -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = fold(hash ^ word, k1 ^ hash >> 32);
    }
    word = 0;
    memcpy(&word, bytes, len);
    hash = fold(hash ^ word ^ k2, k1);
    return hash ^ hash >> 29;
}
