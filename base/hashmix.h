/* base/hashmix.h - the hash of map.c and intern.c.  Not for anything that is stored: it differs
 * from run to run. */
#ifndef WEFT_BASE_HASHMIX_H
#define WEFT_BASE_HASHMIX_H

#include <stddef.h>
#include <stdint.h>

/* Seeded by the table's address, so that an input cannot be written to collide in every run. */
uint64_t hashmix_bytes(const void *table, const char *bytes, size_t len);

#endif
