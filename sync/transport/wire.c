/* sync/transport/wire.c - the limits that every conversation keeps, whatever the way to the peer.
 */
#include "sync/transport/wire.h"

#include <assert.h>
#include <errno.h>
#include <time.h>

static const char *const service_names[] = {
    [SERVICE_FETCH] = "git-upload-pack",
    [SERVICE_PUSH] = "git-receive-pack",
};

const char *service_name(enum service service) { return service_names[service]; }

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct wire wire_begin(const struct wire_kind *kind, const struct peer *peer, enum service service)
{
    return (struct wire){ .kind = kind,
                          .peer = peer,
                          .service = service,
                          .spending = { .fetches = service == SERVICE_FETCH },
                          .begin_ms = monotonic_ms() };
}

int64_t wire_left_ms(const struct wire *wire)
{
    int64_t seconds = limits_seconds(&wire->spending, &wire->peer->limits);
    int64_t left = wire->begin_ms + seconds * 1000 - monotonic_ms();

    return left < 0 ? 0 : left;
}

static int too_large(const struct wire *wire, struct err *err)
{
    size_t megabytes = limits_bytes(&wire->spending, &wire->peer->limits) >> 20;
    const char *shown = wire->peer->url.shown;

    if (!wire->spending.turned)
        return err_set(err, ERR_GIT, EFBIG,
                       "%s: the list of its refs is larger than the limit of %zu MiB; delete "
                       "branches and tags, or hide what weft need not see (git config "
                       "uploadpack.hideRefs)",
                       shown, megabytes);
    if (!wire->spending.fetches)
        return err_set(err, ERR_GIT, EFBIG,
                       "%s: the answer to a push is larger than the limit of %zu MiB; look at the "
                       "hooks of the server",
                       shown, megabytes);
    return err_set(err, ERR_GIT, EFBIG,
                   "%s: one fetch is larger than the limit of %zu MiB; use a repository of its own "
                   "for weft, or take large files out of its history",
                   shown, megabytes);
}

int wire_came(struct wire *wire, size_t bytes, struct err *err)
{
    const struct limits *limits = &wire->peer->limits;

    switch (limits_spend(&wire->spending, limits, bytes, monotonic_ms() - wire->begin_ms)) {
    case BREACH_NONE:
        return 0;
    case BREACH_BYTES:
        return too_large(wire, err);
    case BREACH_TIME:
        return err_set(err, ERR_GIT, ETIMEDOUT, "%s: not done after %d seconds",
                       wire->peer->url.shown, limits_seconds(&wire->spending, limits));
    case BREACH_RATE:
        return err_set(err, ERR_GIT, ETIMEDOUT,
                       "%s: less than %zu bytes came in %d seconds, and the conversation takes "
                       "longer than %d seconds already; check the network and the load of the "
                       "server",
                       wire->peer->url.shown, limits->window_bytes, limits->window_s,
                       limits->grace_s);
    }
    return 0;
}

void wire_close(struct wire *wire) { wire->kind->close(wire); }

void wire_end_request(struct wire *wire)
{
    if (!wire->spending.turned)
        wire->spending.bytes = 0;
    wire->spending.turned = true;
    wire->kind->turn(wire);
}

int wire_write_borrowed(struct wire *wire, const char *bytes, size_t len, struct err *err)
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
    if (wire_came(wire, 0, err) < 0)
        return -1;
    return wire->kind->read(wire, buffer, room, got, err);
}
