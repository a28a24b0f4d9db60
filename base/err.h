/* base/err.h - one failure of the outside world, with its context.  Mistakes in the input are diags
 * (diag.h). */
#ifndef WEFT_BASE_ERR_H
#define WEFT_BASE_ERR_H

#include "base/compiler.h"

/* Where a failure came from. */
enum err_kind {
    ERR_NONE,
    ERR_SYSTEM, /* code: errno */
    ERR_INPUT,  /* something given to us cannot be used as a whole (configuration, key file) */
    ERR_GIT,    /* code: libgit2 result */
    ERR_CRYPTO, /* code: 0 */
    ERR_STORE,  /* code: SQLite result */
    ERR_HTTP,   /* code: HTTP status, or 0 when there was no answer */
    ERR_KUBE,   /* code: HTTP status of the API server */
    ERR_REFUSED /* a safety rule refused: deletion limit, drift, self-test, newer state */
};

/* Lives on the caller's stack, owns nothing, so that reporting a failure cannot fail.
 * The text is one line: what was attempted with the names needed to act, the cause, and how to fix
 * it where we know.  It never holds a secret. */
struct err {
    enum err_kind kind;
    int code;
    char text[1024];
};

/* Fills err and returns -1, the result of every function that failed.  err may not be NULL. */
int err_set(struct err *err, enum err_kind kind, int code, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* As err_set with ERR_SYSTEM, errno and its text: "open x.yaml: No such file or directory". */
int err_errno(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Puts "fmt: " before the text and returns -1.  When it gets too long the context is cut, never the
 * cause. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
