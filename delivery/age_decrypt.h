/* delivery/age_decrypt.h - opens age files (age-encryption.org/v1 of C2SP) with X25519 identities.
 */
#ifndef WEFT_DELIVERY_AGE_DECRYPT_H
#define WEFT_DELIVERY_AGE_DECRYPT_H

#include "delivery/age_identities.h"

enum { AGE_FILE_MAX = 262144 };

/* The plaintext of a file, armored or not, in guarded memory.  Strict: a header that has another
 * form than the specification allows, a wrong authentication code, and bytes after the payload are
 * refused (ERR_INPUT); so are a plaintext of more than one chunk (AGE_PLAIN_MAX) and a file that a
 * passphrase protects.  ERR_REFUSED: none of the identities is a recipient.  Stanzas of other kinds
 * do not count. */
MUST_USE int age_decrypt(struct secret **out, const struct age_identities *identities,
                         const void *bytes, size_t len, struct err *err);

#endif
