/* tests/lib/starved_format.h - a format of delivery that renders while libcrypto lacks memory. */
#ifndef WEFT_TESTS_LIB_STARVED_FORMAT_H
#define WEFT_TESTS_LIB_STARVED_FORMAT_H

#include "delivery/format.h"
#include "tests/lib/trust_fixture.h"

/* Renders a cacerts for the recipient once for each allocation of libcrypto, which fails.  Fails
 * the test where a call succeeds without a whole manifest, or where too few allocations were tried
 * to have reached the encryption.  main has called failing_crypto_install. */
void starved_format_check(struct fixture *fixture, const struct delivery_format *format,
                          const struct recipient_file *file);

#endif
