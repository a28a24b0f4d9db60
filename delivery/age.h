/* delivery/age.h - encrypts for age recipients: the format age-encryption.org/v1 of C2SP, with
 * X25519 and in ASCII armor. */
#ifndef WEFT_DELIVERY_AGE_H
#define WEFT_DELIVERY_AGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum {
    AGE_KEY = 32,         /* bytes of a recipient */
    AGE_PLAIN_MAX = 65536 /* bytes of one chunk: longer messages are not needed here */
};

struct age_recipient {
    const char *text; /* as it was given: "age1..." */
    unsigned char key[AGE_KEY];
};

/* A recipient as `age-keygen -y` prints it; text is kept.  Everything else has a clear err
 * (ERR_INPUT) that never repeats a private key: identities, SSH keys, plugins, and post-quantum
 * recipients, for which OpenSSL 3.0 has no algorithm. */
MUST_USE int age_recipient_read(struct age_recipient *out, const char *text, struct err *err);

/* Appends an armored age file that the identity of any of the recipients (one at least) opens;
 * bytes are at most AGE_PLAIN_MAX.  Each call draws its own keys, so that equal input never gives
 * equal output. */
MUST_USE int age_encrypt(struct text *out, const struct age_recipient *recipients, size_t count,
                         const void *bytes, size_t len, struct err *err);

#endif
