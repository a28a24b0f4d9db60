/* pki/secret.h - bytes that must not leak: in guarded memory, wiped when released, never in
 * an arena, a log or an err. */
#ifndef WEFT_PKI_SECRET_H
#define WEFT_PKI_SECRET_H

#include "base/compiler.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* From libcrypto's secure heap once secret_protect_all was called (locked, not in core dumps, guard
 * pages around it), else from the ordinary heap.  Released by AUTO; contents are wiped first. */
struct secret {
    size_t len;
    unsigned char bytes[]; /* len of them and a NUL after */
};

/* len zero bytes.  No memory left ends the process. */
struct secret *secret_new(size_t len);
struct secret *secret_copy(const void *bytes, size_t len);
void secret_free(struct secret *secret);
AUTO_DEFINE(struct secret, secret_free)
/* In constant time for equal lengths. */
bool secret_equal(const struct secret *a, const struct secret *b);
/* Wipes bytes that had to be in ordinary memory. */
void secret_wipe(void *bytes, size_t len);

/* To be called once, before the first secret exists: sets up the secure heap, forbids core dumps
 * (RLIMIT_CORE 0) and reading by other processes of the user (PR_SET_DUMPABLE 0; not in a sanitizer
 * build, whose leak check has to look). *locked: the heap cannot be swapped out; false where the
 * machine does not allow that much locked memory, which is worth a warning and no failure. */
MUST_USE int secret_protect_all(bool *locked, struct err *err);

#endif
