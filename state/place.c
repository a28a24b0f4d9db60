/* state/place.c - checks and makes the state file.  Never writes into one that exists. */
#include "state/place.h"

#include "base/files.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE_MIN = 512 }; /* no SQLite database is smaller */

static int refuse_readable(const char *path, unsigned mode, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "the state file %s can be read or written by others (mode %04o), and it holds "
                   "sealed private keys: run chmod 600 %s, and look who had access to it",
                   path, mode & 07777, path);
}

static int refuse_stranger(const char *path, off_t size, struct err *err)
{
    return err_set(err, ERR_STORE, 0,
                   "the state file %s is damaged: it has %lld bytes, and no state is that small.  "
                   "weft does not touch it.  Restore it from a backup, or move it away to start "
                   "without memory (private keys of roots live only in the state and in their "
                   "escrow)",
                   path, (long long)size);
}

/* A pass that is killed during its first write leaves a journal that makes the rest whole. */
static bool has_journal(const char *path)
{
    AUTO_TEXT journal = { 0 };

    text_addf(&journal, "%s-journal", path);
    return access(journal.bytes, F_OK) == 0;
}

int place_look(enum place_kind *out, const char *path, struct err *err)
{
    struct stat stat_buffer;

    *out = PLACE_MISSING;
    if (stat(path, &stat_buffer) < 0)
        return errno == ENOENT ? 0 : err_errno(err, "look at the state file %s", path);
    if (!S_ISREG(stat_buffer.st_mode))
        return err_set(err, ERR_INPUT, 0, "the state file %s is not a regular file", path);
    if (stat_buffer.st_mode & (S_IRWXG | S_IRWXO))
        return refuse_readable(path, stat_buffer.st_mode, err);
    if (stat_buffer.st_size > 0 && stat_buffer.st_size < PAGE_MIN && !has_journal(path))
        return refuse_stranger(path, stat_buffer.st_size, err);
    *out = PLACE_PRESENT;
    return 0;
}

static int make_folder(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    struct stat stat_buffer;
    char *folder;
    int result;

    if (!slash || slash == path)
        return 0;
    folder = strndup(path, (size_t)(slash - path));
    if (!folder)
        return err_errno(err, "make the folder of %s", path);
    result = stat(folder, &stat_buffer) == 0 ? 0 : make_dirs(folder, 0700, err);
    free(folder);
    return result;
}

int place_make(const char *path, struct err *err)
{
    int fd;

    if (make_folder(path, err) < 0)
        return err_wrap(err, "make the state file %s", path);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? 0 : err_errno(err, "make the state file %s", path);
    close(fd);
    return 0;
}
