/* base/fd.c - the one loop that reads a descriptor to its end, and the one that writes everything.
 * Must not interpret contents. */
#include "base/fd.h"

#include <errno.h>

int fd_read(size_t *len, int fd, void *bytes, size_t room, const char *what, struct err *err)
{
    char *at = bytes;
    ssize_t part = 1;

    *len = 0;
    while (part != 0 && *len < room) {
        part = read(fd, at + *len, room - *len);
        if (part < 0 && errno != EINTR)
            return err_errno(err, "read %s", what);
        *len += part > 0 ? (size_t)part : 0;
    }
    return 0;
}

int fd_write(int fd, const void *bytes, size_t len, const char *what, struct err *err)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t part = write(fd, at, len);

        if (part < 0 && errno != EINTR)
            return err_errno(err, "write %s", what);
        at += part > 0 ? part : 0;
        len -= part > 0 ? (size_t)part : 0;
    }
    return 0;
}
