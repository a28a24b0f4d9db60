/* sync/transport/spool.c - keeps an answer until libgit2 reads it.  Must not keep a large one in
 * memory. */
#include "sync/transport/spool.h"

#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char spool_name[] = "a temporary file";
static const size_t memory_max = (size_t)1024 * 1024;

/* Some file systems have no files without names: then one that loses its name at once. */
static int short_named_file(const char *folder)
{
    AUTO_TEXT name = { 0 };
    int fd;

    text_addf(&name, "%s/weft-XXXXXX", folder);
    fd = mkostemp(name.bytes, O_CLOEXEC);
    if (fd >= 0)
        unlink(name.bytes);
    return fd;
}

const char *spool_place(const char *beside)
{
    const char *chosen = getenv("TMPDIR");
    const char *folder = chosen && *chosen ? chosen : "/var/tmp";

    return access(folder, W_OK | X_OK) == 0 ? folder : beside;
}

int spool_unnamed_file(const char *folder, struct err *err)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        fd = short_named_file(folder);
    return fd < 0 ? err_errno(err, "make a temporary file in %s", folder) : fd;
}

struct spool spool_new(const char *folder) { return (struct spool){ .folder = folder, .fd = -1 }; }

void spool_clear(struct spool *spool)
{
    text_free(&spool->memory);
    if (spool->fd >= 0)
        close(spool->fd);
    *spool = spool_new(spool->folder);
}

int spool_add(struct spool *spool, const char *bytes, size_t len, struct err *err)
{
    if (spool->fd < 0 && spool->len + len > memory_max) {
        spool->fd = spool_unnamed_file(spool->folder, err);
        if (spool->fd < 0
            || fd_write(spool->fd, spool->memory.bytes, spool->memory.len, spool_name, err) < 0)
            return -1;
        text_free(&spool->memory);
    }
    spool->len += len;
    if (spool->fd >= 0)
        return fd_write(spool->fd, bytes, len, spool_name, err);
    text_add(&spool->memory, bytes, len);
    return 0;
}

int spool_read(struct spool *spool, char *buffer, size_t room, size_t *got, struct err *err)
{
    size_t left = spool->len - spool->at;
    ssize_t count;

    *got = left < room ? left : room;
    if (*got == 0)
        return 0;
    if (spool->fd < 0) {
        memcpy(buffer, spool->memory.bytes + spool->at, *got);
    } else {
        count = pread(spool->fd, buffer, *got, (off_t)spool->at);
        if (count <= 0)
            return err_errno(err, "read a temporary file");
        *got = (size_t)count;
    }
    spool->at += *got;
    return 0;
}
