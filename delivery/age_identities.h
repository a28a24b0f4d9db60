/* delivery/age_identities.h - private keys of age (X25519), as `age-keygen` writes them to a file.
 */
#ifndef WEFT_DELIVERY_AGE_IDENTITIES_H
#define WEFT_DELIVERY_AGE_IDENTITIES_H

#include "pki/secret.h"

enum { AGE_IDENTITIES_MAX = 16 };

struct age_identities {
    struct secret *keys[AGE_IDENTITIES_MAX]; /* AGE_KEY bytes each: the scalar */
    size_t count;
};

/* One identity a line; empty lines and lines that begin with "#" do not count.  Refuses a file that
 * others may read (secret_file_read), one without any identity, and each other kind of identity by
 * name: plugins, post-quantum, SSH, and files that a passphrase protects.  No err repeats a byte of
 * it.  *out is to be closed after a success. */
MUST_USE int age_identities_read(struct age_identities *out, const char *path, struct err *err);
/* The same of a file's content; path is for the err. */
MUST_USE int age_identities_decode(struct age_identities *out, const struct secret *content,
                                   const char *path, struct err *err);
void age_identities_close(struct age_identities *identities);
static inline void auto_age_identities_close(struct age_identities *identities)
{
    age_identities_close(identities);
}
#define AUTO_AGE_IDENTITIES                                                                        \
    __attribute__((cleanup(auto_age_identities_close), unused)) struct age_identities

#endif
