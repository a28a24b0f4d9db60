/* sync/transport/wire_open.c - chooses the way to a peer. */
#include "sync/transport/wire_open.h"
#include "sync/transport/wire_git.h"
#include "sync/transport/wire_http.h"
#include "sync/transport/wire_ssh.h"

int wire_open(struct wire **out, const struct peer *peer, enum service service, struct err *err)
{
    switch (peer->url.scheme) {
    case URL_HTTPS:
    case URL_HTTP:
        return wire_http_open(out, peer, service, err);
    case URL_SSH:
        return wire_ssh_open(out, peer, service, err);
    case URL_GIT:
        return wire_git_open(out, peer, service, err);
    case URL_FILE:
    case URL_SCHEME_COUNT:
        break;
    }
    return err_set(
        err, ERR_INPUT, 0,
        "cannot push safely to the path %s: a push to a path can lose another writer's commit; "
        "serve the repository over HTTPS or SSH",
        peer->url.shown);
}
