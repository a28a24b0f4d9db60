/* pki/state_key.h - the file that holds the state key. */
#ifndef WEFT_PKI_STATE_KEY_H
#define WEFT_PKI_STATE_KEY_H

#include "pki/custody.h"
#include "pki/secret.h"

enum { STATE_KEY = 32 };

/* STATE_KEY bytes; see custody_open for what is taken and refused. */
MUST_USE int state_key_read(struct secret **out, const char *path, struct err *err);
/* A state key from a file's content: 32 raw bytes, 64 hex digits, or base64 of 32 bytes.  path is
 * for the err. */
MUST_USE int state_key_decode(struct secret **out, const struct secret *content, const char *path,
                              struct err *err);

/* Makes a new random key file (base64, mode 0600).  Never overwrites: an existing file is an error.
 */
MUST_USE int state_key_create(const char *path, struct err *err);

#endif
