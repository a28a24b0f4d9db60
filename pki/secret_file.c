/* pki/secret_file.c - opens a key's file once, judges what was opened, and reads that.
 *
 * Mode and type are those of the open descriptor, so exchanging the file between the check and the
 * read gains nothing. O_NONBLOCK lets open return on a FIFO, which is then refused as no regular
 * file. The bytes are read into guarded memory, never through a buffer of stdio. */
#include "pki/secret_file.h"

#include "base/fd.h"
#include "base/files.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The kubelet gives a Secret to a pod with an fsGroup as root:fsGroup, mode 0440 (0640 where
 * defaultMode lets the owner write); a pod that is not root has no other way to read it. */
static bool mounted_for_us(const struct stat *st, const char *path)
{
    return (geteuid() != 0 || file_is_in_volume(path)) && st->st_uid == 0
           && (st->st_mode & 037) == 0 && file_group_is_ours(st->st_gid);
}

/* systemd opens a credential, and the folder around it, to the unit's user by an ACL, which stat
 * shows as bits of the group. */
static bool is_credential(const struct stat *st, const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    const size_t len = folder ? strlen(folder) : 0;
    struct stat around;

    return len && *folder == '/' && text_starts(path, folder) && path[len] == '/'
           && !strchr(path + len + 1, '/') && (st->st_uid == 0 || st->st_uid == geteuid())
           && (st->st_mode & 037) == 0 && lstat(folder, &around) == 0 && S_ISDIR(around.st_mode)
           && (around.st_uid == 0 || around.st_uid == geteuid()) && (around.st_mode & 027) == 0;
}

int secret_file_refuse_mode(const struct stat *st, const char *shown, const char *path,
                            struct err *err)
{
    AUTO_TEXT remedy = { 0 };

    file_mode_remedy(&remedy, path, 0400);
    return err_set(err, ERR_REFUSED, 0,
                   "%s can be read by other users (mode %04o): %s; if another user may have read "
                   "it, treat the key as compromised",
                   shown, (unsigned)st->st_mode & 07777u, remedy.bytes);
}

int secret_file_check_mode(const struct stat *st, const char *what, const char *path,
                           struct err *err)
{
    AUTO_TEXT shown = { 0 };

    if ((st->st_mode & 077) == 0 || mounted_for_us(st, path) || is_credential(st, path))
        return 0;
    text_addf(&shown, "%s %s", what, path);
    return secret_file_refuse_mode(st, shown.bytes, path, err);
}

static int check_file(const struct stat *st, const char *what, const char *path, size_t max,
                      struct err *err)
{
    if (!S_ISREG(st->st_mode))
        return err_set(err, ERR_INPUT, 0, "%s %s: is not a regular file", what, path);
    if (secret_file_check_mode(st, what, path, err) < 0)
        return -1;
    if (st->st_size > (off_t)max)
        return err_set(err, ERR_INPUT, EFBIG, "%s %s: has %lld bytes, more than the %zu of a key",
                       what, path, (long long)st->st_size, max);
    return 0;
}

static int cannot_open(const char *what, const char *path, struct err *err)
{
    const int code = errno;

    if (text_starts(path, SECRET_FILE_CREDENTIAL))
        return err_set(err, ERR_SYSTEM, 0,
                       "%s %s: systemd gave this process no credentials; run weft in a unit with "
                       "LoadCredentialEncrypted=%s:FILE (or LoadCredential=)",
                       what, path, path + strlen(SECRET_FILE_CREDENTIAL));
    if (code == EACCES && file_is_in_volume(path))
        return err_set(err, ERR_SYSTEM, code,
                       "%s %s: permission denied; set securityContext.fsGroup in the Pod spec to "
                       "the group that the container runs with",
                       what, path);
    errno = code;
    return err_errno(err, "read %s %s", what, path);
}

int secret_file_read(struct secret **out, const char *what, const char *path, size_t max,
                     struct err *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    AUTO(secret_free) struct secret *content = secret_new(max);
    struct stat st;
    size_t len;

    if (fd < 0)
        return cannot_open(what, path, err);
    if (fstat(fd, &st) < 0)
        return err_errno(err, "read %s %s", what, path);
    if (check_file(&st, what, path, max, err) < 0)
        return -1;
    if (fd_read(&len, fd, content->bytes, max, path, err) < 0)
        return err_wrap(err, "%s", what);
    *out = secret_copy(content->bytes, len);
    return 0;
}
