/* base/fd.h - file descriptors that close themselves; for files.c and folder.c. */
#ifndef WEFT_BASE_FD_H
#define WEFT_BASE_FD_H

#include "base/arena.h"
#include "base/err.h"
#include <unistd.h>

static inline void auto_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define AUTO_FD __attribute__((cleanup(auto_fd)))

/* file_read of an open file; path is for messages. */
int file_read_fd(char **bytes, size_t *len, int fd, size_t max, struct arena *arena,
                 struct err *err, const char *path);

#endif
