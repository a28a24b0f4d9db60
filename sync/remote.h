/* sync/remote.h - a Git repository elsewhere: its URL and weft's credentials.
 * docs/architecture.md
 */
#ifndef WEFT_SYNC_REMOTE_H
#define WEFT_SYNC_REMOTE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/filetree.h"
#include "base/http.h"

/* Everything but the URL may be NULL.  Secrets are read from files by the caller for each pass. */
struct git_auth {
    const char *username; /* "git" for SSH, anything for tokens when not given */
    const char *password; /* password or token */
    const char *ssh_key_file, *known_hosts_file; /* paths: handed to the ssh program */
    const char *ca_pem;                          /* only these roots for https */
    const char *proxy;
};

struct git_remote_spec {
    const char *url; /* https://, http://, ssh://, user@host:path, git://, file:// or a path */
    struct git_auth auth;
    int timeout_s; /* for one operation without progress; 0: 60 */
};

#endif
