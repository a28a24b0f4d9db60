/* tests/lib/sealing_controller.h - a sealed-secrets controller: opens values as its published
 * format says, with libcrypto alone and none of weft's code. */
#ifndef WEFT_TESTS_LIB_SEALING_CONTROLLER_H
#define WEFT_TESTS_LIB_SEALING_CONTROLLER_H

#include "tests/lib/trust_fixture.h"

#include "delivery/delivery.h"

struct controller {
    EVP_PKEY *key;   /* the caller frees it */
    const char *pem; /* its certificate */
};

struct controller controller_new(struct fixture *fixture, int64_t not_before, int64_t not_after);
/* The value of a field of encryptedData, NUL-terminated, in the arena; NULL: it is not for this key
 * or label. */
char *controller_open(struct arena *arena, const struct controller *controller, const char *label,
                      const char *field);
/* weft's side of it. */
struct recipient *controller_recipient(const struct controller *controller, int64_t now);

#endif
