/* app/git_access.c - credentials from files to the Git side; passwords stay in guarded memory.
 *
 * Each pass reads credentials again, so a rotated token counts from the next pass on, without a
 * restart. The mode is that of the open file and not of its path, so a file that is replaced in
 * between is not read by the mode of the other. Only the bits for others are refused: a Secret
 * that Kubernetes mounts for an fsGroup is readable by the group, and cannot be otherwise. */
#include "app/git_access.h"
#include "base/files.h"
#include "base/text.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PASSWORD_MAX = 64 * 1024, CA_MAX = 4 * 1024 * 1024 };

/* Editors and "kubectl create secret" leave a line end, and Windows a byte order mark; neither is
 * part of a password, and servers answer both with a bare 401. */
int git_access_read_password(struct secret **out, const char *path, struct err *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO(secret_free) struct secret *buffer = secret_new(PASSWORD_MAX);
    struct stat info;
    const char *text;
    size_t len;

    if (fd < 0 || fstat(fd, &info) < 0)
        return err_errno(err, "open the password file %s", path);
    if (info.st_mode & S_IRWXO) {
        AUTO_TEXT remedy = { 0 };

        file_mode_remedy(&remedy, path, 0600);
        return err_set(err, ERR_INPUT, 0, "password file %s can be read by other users; %s", path,
                       remedy.bytes);
    }
    if (fd_read(&len, fd, buffer->bytes, PASSWORD_MAX, path, err) < 0)
        return err_wrap(err, "password file");
    text = (const char *)buffer->bytes;
    text_skip_bom(&text, &len);
    len = strcspn(text, "\r\n");
    if (!len)
        return err_set(err, ERR_INPUT, 0, "password file %s is empty", path);
    *out = secret_copy((const unsigned char *)text, len);
    return 0;
}

int remote_access_open(struct remote_access *out, const char *url, const struct config_auth *auth,
                       struct arena *arena, struct err *err)
{
    char *ca = NULL;
    size_t len;

    *out = (struct remote_access){ .spec = { .url = url } };
    if (auth->ca_file && file_read(&ca, &len, auth->ca_file, CA_MAX, arena, err) < 0)
        return err_wrap(err, "read auth.caFile for %s", url);
    if (auth->password_file
        && git_access_read_password(&out->password, auth->password_file, err) < 0)
        return err_wrap(err, "credentials for %s", url);
    out->spec.auth =
        (struct git_auth){ .username = auth->username,
                           .password = out->password ? (const char *)out->password->bytes : NULL,
                           .ssh_key_file = auth->ssh_key_file,
                           .known_hosts_file = auth->known_hosts_file,
                           .ca_pem = ca,
                           .proxy = auth->proxy };
    return 0;
}

void remote_access_close(struct remote_access *access)
{
    if (access->password)
        secret_free(access->password);
    access->password = NULL;
}
