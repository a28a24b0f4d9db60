/* base/names.c - which texts Kubernetes takes as names, and which bytes are UTF-8.  Pure. */
#include "base/names.h"

#include <string.h>

/* One label: lower case letters, digits and '-', a letter or digit at both ends; its length, 0 when
 * it is none. */
static size_t label_len(const char *text)
{
    size_t len = 0;

    while (is_lower(text[len]) || is_digit(text[len]) || text[len] == '-')
        len++;
    return len && text[0] != '-' && text[len - 1] != '-' ? len : 0;
}

bool names_is_dns_label(const char *text)
{
    size_t len = text ? label_len(text) : 0;

    return len > 0 && len <= 63 && text[len] == '\0';
}

/* As apimachinery's DNS1123Subdomain: labels of a subdomain have no length limit of their own. */
bool names_is_dns_subdomain(const char *text)
{
    size_t at = 0, len;

    if (!text || strlen(text) > 253)
        return false;
    while ((len = label_len(text + at)) > 0) {
        at += len;
        if (text[at] == '\0')
            return true;
        if (text[at++] != '.')
            return false;
    }
    return false;
}

/* Length of the UTF-8 sequence at p (left bytes to the end), 0 when there is none (RFC 3629, 4). */
static size_t sequence_len(const unsigned char *p, size_t left)
{
    unsigned char c = p[0], low = 0x80, high = 0xBF;
    size_t len = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;

    if (len == 0 || c == 0 || len > left)
        return 0;
    if (len == 1)
        return 1;
    if (c == 0xE0)
        low = 0xA0; /* no overlong form */
    else if (c == 0xED)
        high = 0x9F; /* no surrogate */
    else if (c == 0xF0)
        low = 0x90;
    else if (c == 0xF4)
        high = 0x8F; /* nothing above U+10FFFF */
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

/* True when none of eight bytes is zero or above 0x7F. */
static bool is_plain_word(const char *p)
{
    const uint64_t ones = 0x0101010101010101U, highs = 0x8080808080808080U;
    uint64_t word;

    memcpy(&word, p, sizeof word);
    return (((word - ones) | word) & highs) == 0;
}

bool names_is_utf8(const char *bytes, size_t len, size_t *bad)
{
    size_t at = 0;

    while (at < len) {
        size_t step;

        if (len - at >= 8 && is_plain_word(bytes + at)) {
            at += 8;
            continue;
        }
        step = sequence_len((const unsigned char *)bytes + at, len - at);
        if (!step) {
            if (bad)
                *bad = at;
            return false;
        }
        at += step;
    }
    return true;
}

size_t names_code_point(uint32_t *code, const char *bytes, size_t len)
{
    const unsigned char *p = (const unsigned char *)bytes;
    const size_t step = sequence_len(p, len);

    *code = step > 1 ? p[0] & (0xFFU >> (step + 1)) : p[0];
    for (size_t i = 1; i < step; i++)
        *code = *code << 6 | (p[i] & 0x3FU);
    return step;
}
