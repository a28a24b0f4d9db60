/* sync/err_git.c - libgit2's last error as a struct err. */
#include "sync/err_git.h"

#include <stdarg.h>
#include <stdio.h>

int err_git(struct err *err, int code, const char *fmt, ...)
{
    const git_error *last = git_error_last();
    char what[sizeof err->text / 2];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return err_set(err, ERR_GIT, code, "%s: %s", what,
                   last && last->message ? last->message : "libgit2 gives no reason");
}
