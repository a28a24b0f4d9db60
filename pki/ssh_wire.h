/* pki/ssh_wire.h - the data types of the SSH protocol (RFC 4251, section 5), from bytes and to
 * bytes. */
#ifndef WEFT_PKI_SSH_WIRE_H
#define WEFT_PKI_SSH_WIRE_H

#include "base/text.h"

/* What is left of a message.  A read beyond its end makes it bad, and all reads after it give
 * nothing. */
struct ssh_wire {
    const unsigned char *bytes;
    size_t len;
    bool bad;
};

struct ssh_string {
    const unsigned char *bytes; /* in the message; never NULL */
    size_t len;
};

uint32_t ssh_wire_uint32(struct ssh_wire *wire);
struct ssh_string ssh_wire_string(struct ssh_wire *wire);
/* A string that has just this text. */
bool ssh_wire_is(struct ssh_wire *wire, const char *text);
/* Everything was read, and nothing beyond. */
bool ssh_wire_done(const struct ssh_wire *wire);
bool ssh_string_is(struct ssh_string string, const char *text);

void ssh_wire_add_uint32(struct text *out, uint32_t value);
void ssh_wire_add_string(struct text *out, const void *bytes, size_t len);
void ssh_wire_add_text(struct text *out, const char *text);
/* An mpint that is not negative, from big-endian bytes; zeros before it do not matter. */
void ssh_wire_add_number(struct text *out, const unsigned char *bytes, size_t len);

#endif
