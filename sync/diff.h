/* sync/diff.h - the text difference of two contents, as git diff prints it. */
#ifndef WEFT_SYNC_DIFF_H
#define WEFT_SYNC_DIFF_H

#include "base/err.h"
#include "base/text.h"

/* Appends a unified diff of three lines of context; before or after NULL: the file is added or
 * removed.  Needs init_git. */
MUST_USE int diff_text(struct text *out, const char *path, const char *before, size_t before_len,
                       const char *after, size_t after_len, struct err *err);

#endif
