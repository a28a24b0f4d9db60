/* tests/fuzz/mutate_specs.h - changes to specs that keep their structure, for libFuzzer. */
#ifndef WEFT_TESTS_FUZZ_MUTATE_SPECS_H
#define WEFT_TESTS_FUZZ_MUTATE_SPECS_H

#include <stddef.h>
#include <stdint.h>

/* One change of the YAML in bytes, which has room for max, in place; returns its new length.  0: it
 * is no YAML, or the change does not fit, and bytes are as they were.  The same seed and bytes give
 * the same change. */
size_t mutate_specs(uint8_t *bytes, size_t len, size_t max, unsigned seed);

#endif
