/* delivery/bech32.c - decodes Bech32.  The checksum is a BCH code over groups of five bits: the
 * remainder of prefix and data is 1 for Bech32 (0x2bc830a3 would be Bech32m, which age does not
 * use). */
#include "delivery/bech32.h"

#include "base/text.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

enum { CHECKSUM = 6, GROUP = 5 }; /* characters of the checksum, bits of a character */

static uint32_t step(uint32_t remainder, unsigned value)
{
    static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                          0x2a1462b3 };
    uint32_t top = remainder >> 25, out = (remainder & 0x1ffffff) << GROUP ^ value;

    for (size_t i = 0; i < LENGTH(generator); i++)
        if (top >> i & 1)
            out ^= generator[i];
    return out;
}

static uint32_t prefix_remainder(const char *prefix, size_t len)
{
    uint32_t out = 1;

    for (size_t i = 0; i < len; i++)
        out = step(out, (unsigned char)to_lower(prefix[i]) >> GROUP);
    out = step(out, 0);
    for (size_t i = 0; i < len; i++)
        out = step(out, (unsigned char)to_lower(prefix[i]) & 31);
    return out;
}

static bool is_mixed(const char *text)
{
    bool lower = false, upper = false;

    for (; *text; text++) {
        lower |= is_lower(*text);
        upper |= *text >= 'A' && *text <= 'Z';
    }
    return lower && upper;
}

/* The value of a character; -1: it has none. */
static int value_of(char c)
{
    const char *at = c ? strchr(alphabet, to_lower(c)) : NULL;

    return at ? (int)(at - alphabet) : -1;
}

static enum bech32_problem check_sum(const char *text, const char *data)
{
    uint32_t remainder = prefix_remainder(text, (size_t)(data - text) - 1);

    for (const char *at = data; *at; at++) {
        if (value_of(*at) < 0)
            return BECH32_CHARACTER;
        remainder = step(remainder, (unsigned)value_of(*at));
    }
    return strlen(data) < CHECKSUM || remainder != 1 ? BECH32_CHECKSUM : BECH32_FINE;
}

/* Five bits a character to eight a byte.  What is left over must be fewer than five bits, all 0. */
static enum bech32_problem regroup(unsigned char *out, size_t len, const char *data, size_t count)
{
    unsigned held = 0, bits = 0;
    size_t made = 0;

    if (count * GROUP / 8 != len || count * GROUP % 8 >= GROUP)
        return BECH32_LENGTH;
    if (count > 0 && ((unsigned)value_of(data[count - 1]) & ((1U << count * GROUP % 8) - 1)) != 0)
        return BECH32_LENGTH;
    for (size_t i = 0; i < count; i++) {
        held = (held << GROUP | (unsigned)value_of(data[i])) & 0xfff;
        bits += GROUP;
        if (bits >= 8) {
            bits -= 8;
            out[made++] = (unsigned char)(held >> bits);
        }
    }
    return BECH32_FINE;
}

enum bech32_problem bech32_decode(unsigned char *out, size_t len, const char *text)
{
    const char *one = strrchr(text, '1');
    enum bech32_problem problem;

    if (is_mixed(text))
        return BECH32_MIXED_CASE;
    if (!one || one == text)
        return BECH32_NO_PREFIX;
    problem = check_sum(text, one + 1);
    if (problem != BECH32_FINE)
        return problem;
    return regroup(out, len, one + 1, strlen(one + 1) - CHECKSUM);
}
