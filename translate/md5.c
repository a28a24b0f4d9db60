/* translate/md5.c - MD5 for names.  Written out here because it is no security matter and a
 * hardened libcrypto may refuse it. */
#include "translate/md5.h"
#include "base/base64.h"

#include "base/text.h"
#include <string.h>

/* floor(2^32 * abs(sin(i + 1))): RFC 1321, 3.4. */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};
static const unsigned shifts[4][4] = {
    { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 }
};

static uint32_t word_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16
           | (uint32_t)bytes[3] << 24;
}

static void add_block(uint32_t state[4], const unsigned char *block)
{
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];

    for (unsigned i = 0; i < 64; i++) {
        const uint32_t mix[4] = { (b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d) };
        const unsigned index[4] = { i, 5 * i + 1, 3 * i + 5, 7 * i };
        const unsigned round = i / 16, shift = shifts[round][i % 4];
        const uint32_t sum =
            a + mix[round] + sines[i] + word_at(block + 4 * (size_t)(index[round] % 16));

        a = d;
        d = c;
        c = b;
        b += sum << shift | sum >> (32 - shift);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

/* What is left after whole blocks, the bit 1, zeros, and the length in bits. */
static void add_end(uint32_t state[4], const char *bytes, size_t rest, size_t len)
{
    unsigned char tail[128] = { 0 };
    const size_t size = rest < 56 ? 64 : 128;

    memcpy(tail, bytes, rest);
    tail[rest] = 0x80;
    for (size_t i = 0; i < 8; i++)
        tail[size - 8 + i] = (unsigned char)((uint64_t)len * 8 >> 8 * i);
    add_block(state, tail);
    if (size > 64)
        add_block(state, tail + 64);
}

void md5_hex(char out[33], const char *bytes, size_t len)
{
    uint32_t state[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 };
    unsigned char digest[16];
    size_t done = 0;

    for (; len - done >= 64; done += 64)
        add_block(state, (const unsigned char *)bytes + done);
    add_end(state, bytes + done, len - done, len);
    for (size_t i = 0; i < sizeof digest; i++)
        digest[i] = (unsigned char)(state[i / 4] >> 8 * (i % 4));
    hex_encode(out, digest, sizeof digest);
}
