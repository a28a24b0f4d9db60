/* tests/fuzz/expect.h - a property that a fuzz target checks.  A finding ends the process, also
 * where assert is switched off. */
#ifndef WEFT_TESTS_FUZZ_EXPECT_H
#define WEFT_TESTS_FUZZ_EXPECT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define EXPECT(what) ((what) ? (void)0 : (fprintf(stderr, "not so: %s\n", #what), abort()))

#endif
