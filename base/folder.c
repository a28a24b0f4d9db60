/* base/folder.c - a folder on disk as a tree_reader.  Never leaves the folder: follows no symbolic
 * link, no "..". */
#include "base/folder.h"

#include "base/fd.h"
#include "base/text.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    FOLDER_FILE_MAX = 64 * 1024 * 1024 /* bytes of one file */
};

/* Opens what is at path below folder, step by step; -1 and errno. */
static int open_below(const char *folder, const char *path, int flags)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO_TEXT name = { 0 };

    while (fd >= 0 && *path) {
        size_t len = strcspn(path, "/");
        bool last = !path[len];
        int above = fd, saved;

        text_clear(&name);
        text_add(&name, path, len);
        path += len + (path[len] == '/');
        if (len == 0 || strcmp(name.bytes, "..") == 0) {
            close(fd);
            errno = EINVAL;
            return -1;
        }
        fd = openat(above, name.bytes,
                    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (last ? flags : O_DIRECTORY));
        saved = errno;
        close(above);
        errno = saved;
    }
    return fd;
}

/* What counts as "there is none" rather than as a failure. */
static bool is_absent(int code) { return code == ENOENT || code == ENOTDIR || code == ELOOP; }

static int folder_read(void *context, const char *path, char **bytes, size_t *len,
                       struct arena *arena, struct err *err)
{
    AUTO_FD int fd = open_below(context, path, 0);
    struct stat info;

    *bytes = NULL;
    *len = 0;
    if (fd < 0)
        return is_absent(errno) ? 0 : err_errno(err, "read %s/%s", (char *)context, path);
    if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode))
        return 0;
    return file_read_open(bytes, len, (struct open_file){ fd, path }, FOLDER_FILE_MAX, arena, err);
}

/* The name of an entry, with "/" for a folder; NULL for what is neither folder nor file. */
static const char *listed_name(int fd, const char *name, struct arena *arena)
{
    struct stat info;

    if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
        return NULL;
    if (S_ISDIR(info.st_mode))
        return arena_printf(arena, "%s/", name);
    return S_ISREG(info.st_mode) ? arena_text(arena, name) : NULL;
}

static void auto_dir(DIR **dir)
{
    if (*dir)
        closedir(*dir);
}

static int folder_list(void *context, const char *path, const char ***names, size_t *count,
                       struct arena *arena, struct err *err)
{
    int fd = open_below(context, path, O_DIRECTORY);
    __attribute__((cleanup(auto_dir))) DIR *dir = NULL;
    const char **list = NULL;
    struct dirent *entry;

    *names = NULL;
    *count = 0;
    if (fd < 0)
        return is_absent(errno) ? 0 : err_errno(err, "list %s/%s", (char *)context, path);
    dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return err_errno(err, "list %s/%s", (char *)context, path);
    }
    while ((errno = 0, entry = readdir(dir))) {
        const char *name = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0
                               ? NULL
                               : listed_name(fd, entry->d_name, arena);

        if (name)
            *ARENA_PUSH(arena, list, *count) = name;
    }
    if (errno)
        return err_errno(err, "list %s/%s", (char *)context, path);
    if (*count)
        qsort(list, *count, sizeof *list, text_compare);
    *names = list;
    return 0;
}

struct tree_reader folder_tree_reader(const char *path)
{
    return (struct tree_reader){ folder_read, folder_list, UNCONST(path) };
}
