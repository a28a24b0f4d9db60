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

#endif
