/* pki/given_root_folder.c - given CAs as PEM files in a folder.  Contents go straight to guarded
 * memory.
 */
#include "pki/given_root_folder.h"
#include "base/fd.h"
#include "base/names.h"

#include "base/text.h"
#include "pki/secret_file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static inline void dir_close(DIR *dir) { closedir(dir); }
AUTO_DEFINE(DIR, dir_close)

static int read_all(struct secret **out, int fd, size_t size, const char *name, struct err *err)
{
    AUTO(secret_free) struct secret *content = secret_new(size);
    size_t len;

    if (fd_read(&len, fd, content->bytes, size, name, err) < 0)
        return -1;
    *out = secret_copy(content->bytes, len);
    return 0;
}

/* The group may read a key here, unlike elsewhere: a Secret that is mounted with an fsGroup has
 * that mode. */
static bool names_a_key(const char *name)
{
    return text_ends(name, "key.pem") || text_ends(name, ".key");
}

/* Files whose names are not those of PEM files are ignored. */
static bool is_wanted(const char *name)
{
    return text_ends(name, ".pem") || text_ends(name, ".crt") || text_ends(name, ".key");
}

static int refuse_mode(const struct stat *st, const char *folder, const char *name, struct err *err)
{
    AUTO_TEXT path = { 0 };

    text_addf(&path, "%s/%s", folder, name);
    return secret_file_refuse_mode(st, name, path.bytes, err);
}

static int read_file(struct root_files *out, int folder, const char *path, const char *name,
                     struct err *err)
{
    AUTO_FD int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct secret *content = NULL;
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(err, "open %s", name);
    if (!S_ISREG(st.st_mode) || st.st_size > ROOT_FILE_MAX)
        return err_set(err, ERR_INPUT, 0, "%s is no regular file of at most %d KiB", name,
                       ROOT_FILE_MAX / 1024);
    if (names_a_key(name) && (st.st_mode & 07) != 0)
        return refuse_mode(&st, path, name, err);
    if (read_all(&content, fd, (size_t)st.st_size, name, err) < 0)
        return -1;
    if (!root_files_add(out, name, content))
        return err_set(err, ERR_INPUT, 0, "too many files, or a name is too long: %s", name);
    return 0;
}

static int read_folder(struct root_files *out, const char *path, struct err *err)
{
    AUTO(dir_close) DIR *dir = opendir(path);
    const struct dirent *entry;

    if (!dir)
        return err_errno(err, "open %s", path);
    while ((entry = readdir(dir)))
        if (is_wanted(entry->d_name) && read_file(out, dirfd(dir), path, entry->d_name, err) < 0)
            return err_wrap(err, "read the CA in %s", path);
    return 0;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Both parts are checked as names of Kubernetes before they become a path, so that a spec cannot
 * climb out of the folder. */
static int reader_read(void *context, struct root_files *out, struct object_ref secret,
                       struct err *err)
{
    const char *root = context;
    char path[4096];

    if (!names_is_dns_subdomain(secret.name) || !names_is_dns_label(secret.namespace))
        return err_set(err, ERR_INPUT, 0, "%s/%s is no name of a Secret", secret.namespace,
                       secret.name);
    snprintf(path, sizeof path, "%s/%s/%s", root, secret.namespace, secret.name);
    if (!is_folder(path))
        snprintf(path, sizeof path, "%s/%s.%s", root, secret.namespace, secret.name);
    if (!is_folder(path))
        return err_set(err, ERR_SYSTEM, ENOENT, "%s holds no folder %s/%s", root, secret.namespace,
                       secret.name);
    return read_folder(out, path, err);
}

struct root_reader given_root_folder_reader(const char *path)
{
    return (struct root_reader){ reader_read, (void *)(uintptr_t)path };
}
