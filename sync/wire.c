/* sync/wire.c - chooses the way to a peer. */
#include "sync/wire.h"

#include <assert.h>

static const char *const service_names[] = {
    [SERVICE_FETCH] = "git-upload-pack",
    [SERVICE_PUSH] = "git-receive-pack",
};

const char *service_name(enum service service) { return service_names[service]; }

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
        "cannot push safely to the path %s: a push to a path can lose somebody's commit; "
        "serve the repository over HTTPS or SSH",
        peer->url.shown);
}

void wire_close(struct wire *wire) { wire->kind->close(wire); }

void wire_turn(struct wire *wire) { wire->kind->turn(wire); }

int wire_lend(struct wire *wire, const char *bytes, size_t len, struct err *err)
{
    return wire->kind->lend(wire, bytes, len, err);
}

int wire_write(struct wire *wire, const char *bytes, size_t len, struct err *err)
{
    return wire->kind->write(wire, bytes, len, err);
}

int wire_read(struct wire *wire, char *buffer, size_t room, size_t *got, struct err *err)
{
    assert(room > 0);
    *got = 0;
    return wire->kind->read(wire, buffer, room, got, err);
}
