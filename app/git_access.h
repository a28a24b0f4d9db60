/* app/git_access.h - a repository of the configuration with its credentials, which each pass reads
 * again.
 */
#ifndef WEFT_APP_GIT_ACCESS_H
#define WEFT_APP_GIT_ACCESS_H

#include "app/config.h"
#include "pki/secret.h"
#include "sync/remote.h"

#define GIT_ACCESS_USER_AGENT "weft" /* what Git servers see of this program */

struct remote_access {
    struct git_remote_spec spec;
    struct secret *password; /* what spec.auth.password points to */
};

/* Credential files must not be readable by others. */
MUST_USE int remote_access_open(struct remote_access *out, const char *url,
                                const struct config_auth *auth, struct arena *arena,
                                struct err *err);
void remote_access_close(struct remote_access *access);
/* A password or token: the first line of a file that others may not read, without a byte order
 * mark. */
MUST_USE int git_access_read_password(struct secret **out, const char *path, struct err *err);

#endif
