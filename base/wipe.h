/* base/wipe.h - memory that is overwritten before it is given back, for libraries through which
 * secrets go. */
#ifndef WEFT_BASE_WIPE_H
#define WEFT_BASE_WIPE_H

#include <stdbool.h>
#include <stddef.h>

/* As free and realloc, for memory of malloc; what is given back is overwritten first. */
void wipe_free(void *memory);
void *wipe_realloc(void *old, size_t size);

/* From now on libcrypto and libssl (whose buffers hold what came over TLS) wipe what they free.
 * The first thing that a process does: false when libcrypto was used before, and nothing changed.
 */
bool wipe_libcrypto(void);

#endif
