/* base/fd.h - file descriptors: closed when they go out of scope, read and written whole. */
#ifndef WEFT_BASE_FD_H
#define WEFT_BASE_FD_H

#include "base/compiler.h"
#include "base/err.h"
#include <stddef.h>
#include <unistd.h>

static inline void auto_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define AUTO_FD __attribute__((cleanup(auto_fd)))

/* Reads until the end or until room bytes are there; *len of them came. what is for the message:
 * "read WHAT: ...". */
MUST_USE int fd_read(size_t *len, int fd, void *bytes, size_t room, const char *what,
                     struct err *err);
/* Writes all of the bytes: "write WHAT: ...". */
MUST_USE int fd_write(int fd, const void *bytes, size_t len, const char *what, struct err *err);

#endif
