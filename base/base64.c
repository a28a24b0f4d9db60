/* base/base64.c - bytes to text and back: base64 and hex (RFC 4648).  Not constant time: never for
 * secrets' comparison. */
#include "base/base64.h"

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct text *out, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        unsigned group = (unsigned)p[i] << 16 | (left > 1 ? (unsigned)p[i + 1] << 8 : 0)
                         | (left > 2 ? (unsigned)p[i + 2] : 0);
        char four[4] = { digits64[group >> 18], digits64[group >> 12 & 63], '=', '=' };

        if (left > 1)
            four[2] = digits64[group >> 6 & 63];
        if (left > 2)
            four[3] = digits64[group & 63];
        text_add(out, four, sizeof four);
    }
    text_add(out, "", 0);
}

static int value64(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (is_lower(c))
        return c - 'a' + 26;
    if (is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four characters to out, pad of them '='; false when they are not base64, or bits beyond the last
 * byte are set. */
static bool decode_group(struct text *out, const char *four, int pad)
{
    unsigned group = 0;
    char three[3];

    for (int i = 0; i < 4; i++) {
        int value = i >= 4 - pad ? 0 : value64(four[i]);

        if (value < 0)
            return false;
        group = group << 6 | (unsigned)value;
    }
    if (pad && group & ((1U << (8 * pad)) - 1))
        return false;
    three[0] = (char)(group >> 16);
    three[1] = (char)(group >> 8 & 0xFF);
    three[2] = (char)(group & 0xFF);
    text_add(out, three, (size_t)(3 - pad));
    return true;
}

bool base64_decode(struct text *out, const char *text, size_t len)
{
    if (len % 4)
        return false;
    text_add(out, "", 0);
    for (size_t i = 0; i < len; i += 4) {
        int pad = i + 4 < len || text[i + 3] != '=' ? 0 : text[i + 2] == '=' ? 2 : 1;

        if (!decode_group(out, text + i, pad))
            return false;
    }
    return true;
}

void base64_url_encode(struct text *out, const void *bytes, size_t len)
{
    size_t at = out->len;

    base64_encode(out, bytes, len);
    for (; at < out->len && out->bytes[at] != '='; at++)
        if (out->bytes[at] == '+')
            out->bytes[at] = '-';
        else if (out->bytes[at] == '/')
            out->bytes[at] = '_';
    out->len = at;
    out->bytes[at] = '\0';
}

bool base64_url_decode(struct text *out, const char *text, size_t len)
{
    AUTO_TEXT standard = { 0 };

    if (len % 4 == 1 || memchr(text, '+', len) || memchr(text, '/', len) || memchr(text, '=', len))
        return false;
    for (size_t i = 0; i < len; i++)
        text_addc(&standard, (char)(text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]));
    while (standard.len % 4)
        text_addc(&standard, '=');
    return base64_decode(out, standard.bytes ? standard.bytes : "", standard.len);
}

void hex_encode(char *out, const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = bytes;

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * len] = '\0';
}

int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (hex_digit(text[i]) < 0 || to_lower(text[i]) != text[i])
            return false;
    return true;
}
