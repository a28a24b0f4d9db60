/* pki/ssh_wire.c - reads and writes SSH's data types.  Trusts no length.
 *
 * The types of RFC 4251, section 5. A length beyond the end sets `bad`, and from then on every
 * read gives an empty string, so a parser can read all of its fields and ask once whether they
 * were there. Nothing is copied: strings point into the message. */
#include "pki/ssh_wire.h"

static struct ssh_string take(struct ssh_wire *wire, size_t len)
{
    struct ssh_string out = { (const unsigned char *)"", 0 };

    if (wire->bad || len > wire->len) {
        wire->bad = true;
        return out;
    }
    if (len > 0)
        out = (struct ssh_string){ wire->bytes, len };
    wire->bytes += len;
    wire->len -= len;
    return out;
}

uint32_t ssh_wire_uint32(struct ssh_wire *wire)
{
    struct ssh_string four = take(wire, 4);
    uint32_t out = 0;

    for (size_t i = 0; i < four.len; i++)
        out = out << 8 | four.bytes[i];
    return out;
}

struct ssh_string ssh_wire_string(struct ssh_wire *wire)
{
    uint32_t len = ssh_wire_uint32(wire);

    return take(wire, len);
}

bool ssh_string_is(struct ssh_string string, const char *text)
{
    return string.len == strlen(text) && memcmp(string.bytes, text, string.len) == 0;
}

bool ssh_wire_is(struct ssh_wire *wire, const char *text)
{
    struct ssh_string string = ssh_wire_string(wire);

    return !wire->bad && ssh_string_is(string, text);
}

bool ssh_wire_done(const struct ssh_wire *wire) { return !wire->bad && wire->len == 0; }

void ssh_wire_add_uint32(struct text *out, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        text_addc(out, (char)(value >> shift & 0xff));
}

void ssh_wire_add_string(struct text *out, const void *bytes, size_t len)
{
    ssh_wire_add_uint32(out, (uint32_t)len);
    if (len > 0)
        text_add(out, bytes, len);
}

void ssh_wire_add_text(struct text *out, const char *text)
{
    ssh_wire_add_string(out, text, strlen(text));
}

/* The first bit is the sign, so a number whose first bit is set has a zero byte before it. */
void ssh_wire_add_number(struct text *out, const unsigned char *bytes, size_t len)
{
    bool sign;

    while (len > 0 && *bytes == 0) {
        bytes++;
        len--;
    }
    sign = len > 0 && *bytes & 0x80;
    ssh_wire_add_uint32(out, (uint32_t)len + sign);
    if (sign)
        text_addc(out, '\0');
    if (len > 0)
        text_add(out, (const char *)bytes, len);
}
