/* tests/lib/sops_reader.h - opens what delivery/age.h and delivery/sops.h write: written from the
 * formats' descriptions, without a line of weft's own cryptography. */
#ifndef WEFT_TESTS_LIB_SOPS_READER_H
#define WEFT_TESTS_LIB_SOPS_READER_H

#include "base/node.h"
#include <openssl/evp.h>

struct age_identity {
    EVP_PKEY *key;
    char recipient[80]; /* "age1..." */
};

struct age_identity age_identity_new(void);
void age_identity_free(struct age_identity *identity);
/* Bech32 with the prefix "age", of any 32 bytes. */
void age_recipient_text(char out[80], const unsigned char key[32]);

/* The plaintext of an armored file, in arena; NULL: this identity cannot open it, or it is not
 * what the format wants. */
const char *age_open(size_t *len, const struct age_identity *identity, const char *armored,
                     struct arena *arena);
/* A value of data as it was encrypted (base64 text); NULL: it does not open. */
const char *sops_open_value(const struct node *manifest, const struct age_identity *identity,
                            const char *name, struct arena *arena);
/* Whether the authentication code is that of the file's values. */
bool sops_mac_is_right(const struct node *manifest, const struct age_identity *identity,
                       struct arena *arena);

#endif
