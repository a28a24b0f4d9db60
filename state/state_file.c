/* state/state_file.c - checks and makes the state file.  Never writes into one that exists.
 *
 * Checks come before SQLite sees the path, because SQLite opens, repairs and makes files beside it
 * without asking. Each refusal is about another writer: a mode that lets others read sealed keys,
 * a folder in which others could exchange the file, a link whose target others choose, a pipe or
 * device that would block. A file that is too small to be a database is refused instead of
 * initialised, since truncation looks just like that and the former content may still be
 * recovered. The checks and the open are two steps; what lies between them needs write access to
 * the folder, which is what the checks rule out. */
#include "state/state_file.h"

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

/* SQLite opens these beside the file, by name, and would wait without end for a named pipe. */
static int check_beside(const char *path, struct err *err)
{
    static const char *const endings[] = { "-journal", "-wal", "-shm" };

    for (size_t i = 0; i < LENGTH(endings); i++) {
        AUTO_TEXT name = { 0 };
        struct stat info;
        bool there;

        text_addf(&name, "%s%s", path, endings[i]);
        there = lstat(name.bytes, &info) == 0;
        if (!there && errno != ENOENT)
            return err_errno(err, "look at %s", name.bytes);
        if (there && !S_ISREG(info.st_mode))
            return err_set(err, ERR_INPUT, 0,
                           "%s, which SQLite keeps beside the state file, is not a regular file: "
                           "look who put it there, and move it away",
                           name.bytes);
    }
    return 0;
}

/* --- its folder --- */

/* "." for a file without one; on the heap. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* The root of a volume that was mounted for weft.  Kubernetes mounts some kinds (emptyDir,
 * hostPath, NFS) with 0777 or an owner of their own, and a pod cannot change that; who else sees
 * them is a matter of the mount, not of the mode.  Not /tmp and its like: they have the sticky bit.
 */
static bool is_volume(const char *folder, const struct stat *own)
{
    AUTO_TEXT above = { 0 };
    struct stat parent;

    text_addf(&above, "%s/..", folder);
    return (own->st_mode & S_ISVTX) == 0 && stat(above.bytes, &parent) == 0
           && parent.st_dev != own->st_dev;
}

static int refuse_owner(const char *path, const char *folder, const struct stat *own,
                        struct err *err)
{
    return err_set(
        err, ERR_REFUSED, 0,
        "the folder %s of the state file %s belongs to another user (uid %u), who can put "
        "another state in its place: run chown %u %s, and look whether the state is the "
        "right one",
        folder, path, (unsigned)own->st_uid, (unsigned)geteuid(), folder);
}

static int refuse_folder(const char *path, const char *folder, const struct stat *own,
                         struct err *err)
{
    return err_set(
        err, ERR_REFUSED, 0,
        "the folder %s of the state file %s can be written by others (mode %04o), who can "
        "put another state in its place: run chmod %s %s, and look whether the state is "
        "the right one",
        folder, path, (unsigned)own->st_mode & 07777u, own->st_mode & S_IWOTH ? "go-w" : "g-w",
        folder);
}

/* Write permission for our own group is harmless: fsGroup makes it so, and many distributions give
 * each user a group. */
static int look_folder(const char *path, const char *folder, struct err *err)
{
    struct stat own;

    if (stat(folder, &own) < 0)
        return errno == ENOENT ? 0 : err_errno(err, "look at the folder %s of the state", folder);
    if (is_volume(folder, &own))
        return 0;
    if (own.st_uid != 0 && own.st_uid != geteuid())
        return refuse_owner(path, folder, &own, err);
    if ((own.st_mode & S_IWOTH) || ((own.st_mode & S_IWGRP) && !file_group_is_ours(own.st_gid)))
        return refuse_folder(path, folder, &own, err);
    return 0;
}

static int check_folder(const char *path, struct err *err)
{
    char *folder = folder_of(path);
    int result;

    if (!folder)
        return err_errno(err, "look at the folder of the state file %s", path);
    result = look_folder(path, folder, err);
    free(folder);
    return result;
}

static int refuse_link(const char *path, struct err *err)
{
    return err_set(
        err, ERR_REFUSED, 0,
        "the state file %s is a symbolic link, and what it leads to can be exchanged with "
        "it: let state.path name the file itself, or run mv \"$(readlink -f %s)\" %s",
        path, path, path);
}

int state_file_look(enum place_kind *out, const char *path, struct err *err)
{
    struct stat stat_buffer;

    *out = PLACE_MISSING;
    if (check_folder(path, err) < 0 || check_beside(path, err) < 0)
        return -1;
    if (lstat(path, &stat_buffer) < 0)
        return errno == ENOENT ? 0 : err_errno(err, "look at the state file %s", path);
    if (S_ISLNK(stat_buffer.st_mode))
        return refuse_link(path, err);
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
    char *folder = folder_of(path);
    struct stat stat_buffer;
    int result;

    if (!folder)
        return err_errno(err, "make the folder of %s", path);
    result = stat(folder, &stat_buffer) == 0 ? 0 : file_make_folders(folder, 0700, err);
    free(folder);
    return result;
}

int state_file_make(const char *path, struct err *err)
{
    int fd;

    if (make_folder(path, err) < 0)
        return err_wrap(err, "make the state file %s", path);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno == EEXIST ? 0 : err_errno(err, "make the state file %s", path);
    close(fd);
    return 0;
}
