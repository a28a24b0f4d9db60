/* sync/transport/peer.c - checks that a URL and its credentials belong together, before the first
 * byte is sent. */
#include "sync/transport/peer.h"
#include "sync/err_git.h"
#include "sync/init.h"

#include "base/text.h"
#include "sync/git2.h"

enum { TIMEOUT_S = 60, TIMEOUT_MAX_S = 3600, PAUSE_MS = 1000 };

/* The name that init_git was given; libgit2 keeps it. */
static int open_http(struct peer *peer, struct err *err)
{
    git_buf agent = GIT_BUF_INIT;
    int result = git_libgit2_opts(GIT_OPT_GET_USER_AGENT, &agent);

    if (result < 0)
        return err_git(err, result, "read the user agent");
    result = http_open(&peer->http, agent.ptr && *agent.ptr ? agent.ptr : "weft", err);
    git_buf_dispose(&agent);
    return result;
}

static int check_http(const struct peer *peer, struct err *err)
{
    const struct url *url = &peer->url;

    if (peer->remote.auth.ssh_key_file && !peer->remote.auth.password)
        return err_set(err, ERR_INPUT, 0,
                       "%s is not an SSH address, but an SSH key is configured for it", url->shown);
    if (url->scheme == URL_HTTP && peer->remote.auth.password && !url_is_loopback(url))
        return err_set(
            err, ERR_INPUT, 0,
            "%s is not encrypted: the password or token would be readable on the way; use https://",
            url->shown);
    return 0;
}

static int check_ssh(const struct peer *peer, struct err *err)
{
    const struct git_auth *auth = &peer->remote.auth;

    if (text_empty(auth->known_hosts_file))
        return err_set(
            err, ERR_INPUT, 0,
            "%s: no known hosts file is configured, so any server could claim to be this one; put "
            "the lines that the "
            "server's owner publishes (or those of ssh-keyscan, once compared) into one",
            peer->url.shown);
    if (auth->proxy)
        return err_set(err, ERR_INPUT, 0,
                       "%s: a proxy is configured, and weft uses proxies for HTTP only",
                       peer->url.shown);
    return 0;
}

int peer_open(struct peer *out, const struct git_remote_spec *remote, const char *folder,
              struct arena *arena, struct err *err)
{
    int seconds = remote->timeout_s > 0 ? remote->timeout_s : TIMEOUT_S;

    *out = (struct peer){
        .remote = *remote, .folder = folder, .pause_ms = PAUSE_MS, .limits = limits_default
    };
    out->timeout_ms = (seconds < TIMEOUT_MAX_S ? seconds : TIMEOUT_MAX_S) * 1000;
    if (url_parse(&out->url, remote->url, arena, err) < 0)
        return -1;
    if (*out->url.user && !out->remote.auth.username)
        out->remote.auth.username = out->url.user;
    switch (out->url.scheme) {
    case URL_HTTPS:
    case URL_HTTP:
        return check_http(out, err) < 0 ? -1 : open_http(out, err);
    case URL_SSH:
        return check_ssh(out, err);
    case URL_GIT:
    case URL_FILE:
    case URL_SCHEME_COUNT:
        break;
    }
    return 0;
}

void peer_close(struct peer *peer)
{
    if (peer->http)
        http_close(peer->http);
    peer->http = NULL;
}
