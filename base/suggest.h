/* base/suggest.h - "did you mean": the known name nearest to what was written.  Pure. */
#ifndef WEFT_BASE_SUGGEST_H
#define WEFT_BASE_SUGGEST_H

#include "base/decode.h"

/* The name among count names that was meant: the same but for case, "_" and "-", or at most two
 * edits away; NULL: none is near. */
const char *suggest_nearest(const char *name, const char *const *names, size_t count);

#endif
