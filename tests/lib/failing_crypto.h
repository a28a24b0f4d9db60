/* tests/lib/failing_crypto.h - libcrypto whose n-th allocation fails, and no other. */
#ifndef WEFT_TESTS_LIB_FAILING_CRYPTO_H
#define WEFT_TESTS_LIB_FAILING_CRYPTO_H

#include <stdbool.h>

/* First of all in main: libcrypto takes an allocator only before it has allocated. */
bool failing_crypto_install(void);

/* What one attempt came to; a step that ended the process for want of memory has FAILED. */
enum attempt { ATTEMPT_FAILED, ATTEMPT_WHOLE, ATTEMPT_HALF };

/* For the attempt, once it has done what is tested and begins to judge it. */
void failing_crypto_over(void);
/* Makes the attempt in a process of its own for each allocation that it asks for, which fails.
 * The number of attempts that failed; fails the test where one came to half a thing, or fell. */
int failing_crypto_sweep(enum attempt (*attempt)(void *context), void *context);

#endif
