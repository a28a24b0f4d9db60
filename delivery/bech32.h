/* delivery/bech32.h - Bech32 texts (BIP-173) to bytes, without its limit of 90 characters: how age
 * writes its keys (C2SP age, "Recipients and identities"). */
#ifndef WEFT_DELIVERY_BECH32_H
#define WEFT_DELIVERY_BECH32_H

#include "base/compiler.h"
#include <stddef.h>

/* What keeps a text from being read. */
enum bech32_problem {
    BECH32_FINE,
    BECH32_MIXED_CASE, /* upper and lower case in one text */
    BECH32_NO_PREFIX,  /* no "1" that ends a prefix, or nothing before it */
    BECH32_CHARACTER,  /* a character outside of the alphabet */
    BECH32_CHECKSUM,   /* it was mistyped or cut off; also Bech32m */
    BECH32_LENGTH      /* not whole bytes, or not exactly len of them */
};

/* Exactly len bytes after the prefix, which is what stands before the last "1" and is not compared
 * here.  Nothing is written for a problem. */
MUST_USE enum bech32_problem bech32_decode(unsigned char *out, size_t len, const char *text);

#endif
