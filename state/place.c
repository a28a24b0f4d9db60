/* state/place.c - checks and makes the state file.  Never writes into one that exists. */
#include "state/place.h"

#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HEADER_SIZE = 100, /* of an SQLite database (file format, 1.3) */
    WRITE_VERSION = 18 /* 1: rollback journal, 2: write-ahead log */
};

static int refuse_readable(const char *path, unsigned mode, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "the state file %s can be read or written by others (mode %04o), and it holds "
                   "sealed private keys: run chmod 600 %s, and look who had access to it",
                   path, mode & 07777, path);
}

static int refuse_wal(const char *path, struct err *err)
{
    return err_set(err, ERR_STORE, 0,
                   "the state file %s was switched to a write-ahead log, which weft never does: "
                   "another program changed it.  Switch it back with: sqlite3 %s 'PRAGMA "
                   "journal_mode=DELETE'",
                   path, path);
}

/* The rest of the header is SQLite's to judge, after it has undone what a killed pass left half
 * written. */
static int header_check(const char *path, const unsigned char *header, size_t len, struct err *err)
{
    if (len < HEADER_SIZE || memcmp(header, "SQLite format 3", 16) != 0)
        return 0;
    return header[WRITE_VERSION] == 2 || header[WRITE_VERSION + 1] == 2 ? refuse_wal(path, err) : 0;
}

static int header_look(const char *path, struct err *err)
{
    unsigned char header[HEADER_SIZE];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len;

    if (fd < 0)
        return err_errno(err, "open the state file %s", path);
    len = pread(fd, header, sizeof header, 0);
    if (len < 0)
        err_errno(err, "read the state file %s", path);
    /* Closing here drops no lock of ours: SQLite has not opened the file yet. */
    close(fd);
    return len < 0 ? -1 : header_check(path, header, (size_t)len, err);
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
    *out = stat_buffer.st_size == 0 ? PLACE_EMPTY : PLACE_DATABASE;
    return *out == PLACE_DATABASE ? header_look(path, err) : 0;
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
