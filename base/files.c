/* base/files.c - whole files on disk: bounded reads, atomic writes.  Must not interpret contents.
 *
 * A file that is replaced is never seen half: the bytes go to a temporary file in the same folder,
 * are synced, and take the name by rename; then the folder is synced, without which a power
 * failure could bring the old name back. A new file that must not replace another is made with
 * O_EXCL under its own name, and removed when it could not be written whole. Reads check the open
 * descriptor, not the path, so what was checked is what is read, and they open without blocking,
 * since a named pipe in the place of a file would wait without end. Folders are emptied by
 * descriptor with O_NOFOLLOW: a link to elsewhere is removed, never followed. */
#include "base/files.h"

#include "base/fd.h"
#include "base/text.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

int file_read_open(char **bytes, size_t *len, struct open_file file, size_t max,
                   struct arena *arena, struct err *err)
{
    struct stat info;
    size_t size;
    char *buffer;

    if (fstat(file.fd, &info) < 0)
        return err_errno(err, "read %s", file.path);
    if (!S_ISREG(info.st_mode))
        return err_set(err, ERR_INPUT, 0, "read %s: is not a regular file", file.path);
    if ((uint64_t)info.st_size > max)
        return err_set(err, ERR_INPUT, 0, "read %s: has %lld bytes, more than the limit of %zu",
                       file.path, (long long)info.st_size, max);
    size = (size_t)info.st_size;
    buffer = arena_alloc(arena, size + 1, 1);
    /* it may have become shorter meanwhile: what is there counts */
    if (fd_read(len, file.fd, buffer, size, file.path, err) < 0)
        return -1;
    buffer[*len] = '\0';
    *bytes = buffer;
    return 0;
}

int file_read(char **bytes, size_t *len, const char *path, size_t max, struct arena *arena,
              struct err *err)
{
    /* O_NONBLOCK: opening a named pipe must not wait for its writer. */
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return err_errno(err, "read %s", path);
    return file_read_open(bytes, len, (struct open_file){ fd, path }, max, arena, err);
}

/* How many bytes of path name its folder; 0: none does. */
static size_t folder_len(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return 0;
    return slash == path ? 1 : (size_t)(slash - path);
}

const char *file_folder(const char *path, struct arena *arena)
{
    const size_t len = folder_len(path);

    return len ? arena_bytes(arena, path, len) : ".";
}

/* The folder of path, with room for a name after it. */
static void add_folder(struct text *out, const char *path)
{
    const size_t len = folder_len(path);

    text_add(out, len ? path : ".", len ? len : 1);
}

int file_sync_folder(const char *path, struct err *err)
{
    AUTO_TEXT folder = { 0 };
    AUTO_FD int fd = -1;

    add_folder(&folder, path);
    fd = open(folder.bytes, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL)) /* EINVAL: a file system without it */
        return err_errno(err, "write %s: sync its folder", path);
    return 0;
}

bool file_is_stream(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode));
}

/* O_NONBLOCK for open alone: a pipe that no process reads is an error and no wait without end. */
static int write_stream(const char *path, const char *bytes, size_t len, struct err *err)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 && errno == ENXIO)
        return err_set(err, ERR_SYSTEM, ENXIO, "write %s: no process reads from this pipe", path);
    if (fd < 0 || fcntl(fd, F_SETFL, 0) < 0)
        return err_errno(err, "write %s", path);
    return fd_write(fd, bytes, len, path, err);
}

int file_write(const char *path, const char *bytes, size_t len, unsigned mode, struct err *err)
{
    AUTO_TEXT temp = { 0 };
    AUTO_FD int fd = -1;

    if (file_is_stream(path))
        return write_stream(path, bytes, len, err);
    add_folder(&temp, path);
    text_adds(&temp, "/.weft.XXXXXX");
    fd = mkostemp(temp.bytes, O_CLOEXEC); /* O_EXCL, 0600 */
    if (fd < 0)
        return err_errno(err, "write %s", path);
    if (fd_write(fd, bytes, len, path, err) < 0) {
        unlink(temp.bytes);
        return -1;
    }
    if (fchmod(fd, (mode_t)mode) < 0 || fsync(fd) < 0 || rename(temp.bytes, path) < 0) {
        err_errno(err, "write %s", path);
        unlink(temp.bytes);
        return -1;
    }
    return file_sync_folder(path, err);
}

int file_create(const char *path, const char *bytes, size_t len, unsigned mode, struct err *err)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0 && errno == EEXIST)
        return err_set(err, ERR_INPUT, EEXIST, "%s is there already, and is not overwritten", path);
    if (fd < 0)
        return err_errno(err, "write %s", path);
    if (fd_write(fd, bytes, len, path, err) < 0) {
        unlink(path);
        return -1;
    }
    if (fchmod(fd, (mode_t)mode) < 0 || fsync(fd) < 0) {
        err_errno(err, "write %s", path);
        unlink(path);
        return -1;
    }
    return file_sync_folder(path, err);
}

int file_make_folders(const char *path, unsigned mode, struct err *err)
{
    AUTO_TEXT part = { 0 };
    struct stat info;

    for (const char *p = path; *p;) {
        size_t len = strspn(p, "/");

        len += strcspn(p + len, "/");
        text_add(&part, p, len);
        p += len;
        if (part.bytes[part.len - 1] == '/')
            continue;
        if (mkdir(part.bytes, (mode_t)mode) == 0 ? chmod(part.bytes, (mode_t)mode) < 0
                                                 : errno != EEXIST)
            return err_errno(err, "make folder %s", part.bytes);
    }
    if (stat(path, &info) < 0)
        return err_errno(err, "make folder %s", path);
    if (!S_ISDIR(info.st_mode))
        return err_set(err, ERR_SYSTEM, ENOTDIR, "make folder %s: a file has that name", path);
    return 0;
}

/* Empties the folder open at fd (closed here); depth is that of its entries. */
static int empty_folder(int fd, const char *path, struct err *err)
{
    DIR *dir = fdopendir(fd);
    struct dirent *entry;
    int result = 0;

    if (!dir) {
        close(fd);
        return err_errno(err, "remove %s", path);
    }
    while (!result && (errno = 0, entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, entry->d_name, 0) == 0)
            continue;
        if (errno == EISDIR || errno == EPERM) {
            int below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

            if (below >= 0 && empty_folder(below, path, err) < 0)
                result = -1;
            else if (below < 0 || unlinkat(fd, entry->d_name, AT_REMOVEDIR) < 0)
                result = err_errno(err, "remove %s: %s", path, entry->d_name);
        } else {
            result = err_errno(err, "remove %s: %s", path, entry->d_name);
        }
    }
    if (!result && errno)
        result = err_errno(err, "remove %s", path);
    closedir(dir);
    return result;
}

int file_remove_folders(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? 0 : err_errno(err, "remove %s", path);
    if (empty_folder(fd, path, err) < 0)
        return -1;
    return rmdir(path) < 0 ? err_errno(err, "remove %s", path) : 0;
}

enum { PLAIN_DEPTH = 16 };

/* Closes fd. */
static bool is_plain(int fd, int depth)
{
    DIR *dir = fd < 0 || depth == 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    bool plain = dir;

    if (!dir && fd >= 0)
        close(fd);
    while (plain && (entry = readdir(dir))) {
        struct stat info;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) < 0)
            plain = errno == ENOENT;
        else if (S_ISDIR(info.st_mode))
            plain = is_plain(
                openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                depth - 1);
        else
            plain = S_ISREG(info.st_mode);
    }
    if (dir)
        closedir(dir);
    return plain;
}

bool file_tree_is_plain(const char *path)
{
    return is_plain(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), PLAIN_DEPTH);
}

bool file_group_is_ours(unsigned group)
{
    gid_t groups[256];
    int count = getgroups((int)LENGTH(groups), groups);

    for (int i = 0; i < count; i++)
        if (groups[i] == group)
            return true;
    return getegid() == group;
}

bool file_is_in_volume(const char *path)
{
    AUTO_TEXT data = { 0 };
    struct statvfs system;
    struct stat link;

    add_folder(&data, path);
    text_adds(&data, "/..data");
    if (lstat(data.bytes, &link) == 0 && S_ISLNK(link.st_mode))
        return true;
    return statvfs(path, &system) == 0 && (system.f_flag & ST_RDONLY);
}

void file_mode_remedy(struct text *out, const char *path, unsigned mode)
{
    if (file_is_in_volume(path))
        text_adds(out, "set defaultMode: 0400 on its Secret volume in the Pod spec, and "
                       "securityContext.fsGroup when the container does not run as root");
    else
        text_addf(out, "run \"chmod %04o %s\"", mode, path);
}
