/* sync/err_git.h - libgit2's last error as a struct err. */
#ifndef WEFT_SYNC_ERR_GIT_H
#define WEFT_SYNC_ERR_GIT_H

#include "sync/git2.h"

/* err_set with ERR_GIT: "what: libgit2's message".  Reads git_error_last(), so call it at once. */
int err_git(struct err *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
