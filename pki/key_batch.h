/* pki/key_batch.h - many private keys at once, on all processors.  Keys go from hand to hand as
 * libcrypto objects (their numbers lie in the secure heap); at most a few wait at a time. */
#ifndef WEFT_PKI_KEY_BATCH_H
#define WEFT_PKI_KEY_BATCH_H

#include "pki/key.h"

MUST_USE int key_batch_make(const struct key_kind *kinds, size_t count,
                            const struct key_taker *taker, struct err *err);

#endif
