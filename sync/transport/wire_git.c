/* sync/transport/wire_git.c - the git:// protocol: a socket and one line that says what is wanted
 * (gitprotocol-pack, "Git Transport"). Without encryption and authentication: for networks that are
 * trusted, and for tests. */
#include "sync/transport/wire_git.h"
#include "sync/transport/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void auto_addresses(struct addrinfo **list)
{
    if (*list)
        freeaddrinfo(*list);
}

/* A connection that is under way ends within the time limit, one way or the other. */
static int connect_to(struct channel *channel, const struct addrinfo *address, struct err *err)
{
    const char *shown = channel->wire.peer->url.shown;
    int failure = 0;
    socklen_t len = sizeof failure;

    channel->fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                         address->ai_protocol);
    if (channel->fd < 0)
        return err_errno(err, "connect to %s", shown);
    if (connect(channel->fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return err_errno(err, "connect to %s", shown);
    if (channel_wait(channel, POLLOUT, err) < 0)
        return -1;
    if (getsockopt(channel->fd, SOL_SOCKET, SO_ERROR, &failure, &len) < 0 || failure) {
        errno = failure ? failure : errno;
        return err_errno(err, "connect to %s", shown);
    }
    return 0;
}

static int connect_any(struct channel *channel, struct err *err)
{
    const struct url *url = &channel->wire.peer->url;
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
    __attribute__((cleanup(auto_addresses))) struct addrinfo *list = NULL;
    int code = getaddrinfo(url->host, *url->port ? url->port : "9418", &hints, &list);

    if (code != 0)
        return err_set(err, ERR_GIT, code, "connect to %s: %s; check the host in the URL",
                       url->shown, gai_strerror(code));
    for (const struct addrinfo *address = list; address; address = address->ai_next) {
        if (connect_to(channel, address, err) == 0)
            return 0;
        if (channel->fd >= 0)
            close(channel->fd);
        channel->fd = -1;
    }
    return -1;
}

static int ask(struct channel *channel, struct err *err)
{
    const struct url *url = &channel->wire.peer->url;
    AUTO_TEXT body = { 0 }, line = { 0 };

    text_addf(&body, "%s %s", service_name(channel->wire.service), url->path);
    text_addc(&body, '\0');
    text_addf(&body, "host=%s%s%s", url->host, *url->port ? ":" : "", url->port);
    text_addc(&body, '\0');
    text_addf(&line, "%04zx", body.len + 4);
    text_add(&line, body.bytes, body.len);
    return wire_write(&channel->wire, line.bytes, line.len, err);
}

int wire_git_open(struct wire **out, const struct peer *peer, enum service service, struct err *err)
{
    struct channel *channel = channel_new(peer, service);
    AUTO(wire_close) struct wire *wire = &channel->wire;

    if (connect_any(channel, err) < 0 || ask(channel, err) < 0)
        return -1;
    *out = TAKE(wire);
    return 0;
}
