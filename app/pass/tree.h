/* app/pass/tree.h - the whole tree that a pass wants on the output branch, for a given tip. */
#ifndef WEFT_APP_PASS_TREE_H
#define WEFT_APP_PASS_TREE_H

#include "app/pass/pass.h"

/* Manifests, delivered secrets and records.  What is held keeps its bytes of the tip. */
MUST_USE int tree_build(struct filetree **out, struct pass *pass, const struct tree_reader *tip,
                        struct arena *arena, struct err *err);
/* Whether a file of the output branch was written by weft: its first bytes say so. */
bool tree_owns(const char *path, const char *bytes, size_t len);

#endif
