/* sync/transport/channel.c - reads and writes a socket under a time limit, and ends the child
 * behind it.
 *
 * Every wait has two limits: silence, after which a connection is dead, and the whole
 * conversation, which a server could otherwise stretch with a byte now and then. The child's
 * messages are drained in every wait, because a child that blocks on a full pipe looks like a
 * silent server; what fits is kept, and an error shows the end of it, as ssh prints its reason
 * last. The child is ended in every case, and its status counts: an end of data with a status
 * other than 0 is a failure, not the end of a short answer. */
#include "sync/transport/channel.h"

#include "base/memory.h"
#include "base/process.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAID_MAX = 2048, REASON_MAX = 300, CHILD_GRACE_MS = 2000 };

/* Keeps the child's messages, as far as there is room; the rest is dropped so that the child never
 * blocks. */
static void listen_to_child(struct channel *channel)
{
    char buffer[512];
    ssize_t got;

    while (channel->said_fd >= 0 && (got = read(channel->said_fd, buffer, sizeof buffer)) != 0) {
        size_t room = SAID_MAX - channel->said.len;

        if (got < 0)
            return;
        text_add(&channel->said, buffer, (size_t)got < room ? (size_t)got : room);
    }
    if (channel->said_fd >= 0)
        close(channel->said_fd);
    channel->said_fd = -1;
}

struct channel *channel_new(const struct peer *peer, enum service service)
{
    struct channel *channel = memory_grow(NULL, sizeof *channel);

    *channel = (struct channel){ .wire = wire_begin(&channel_kind, peer, service),
                                 .fd = -1,
                                 .said_fd = -1 };
    return channel;
}

/* How long the next wait may take: the peer's timeout, or what is left of the whole. */
static int64_t wait_limit(const struct channel *channel)
{
    int64_t left = wire_left_ms(&channel->wire), silence = channel->wire.peer->timeout_ms;

    return left < silence ? left : silence;
}

static int timed_out(struct channel *channel, int64_t limit, struct err *err)
{
    const struct peer *peer = channel->wire.peer;
    const char *said = channel->said.len ? channel->said.bytes : "";

    channel->hopeless = true;
    if (limit < peer->timeout_ms)
        return err_set(err, ERR_GIT, ETIMEDOUT, "%s: not done after %d seconds", peer->url.shown,
                       limits_seconds(&channel->wire.spending, &peer->limits));
    return err_set(err, ERR_GIT, ETIMEDOUT,
                   "%s: no answer for %d seconds; check that the server is up and that "
                   "nothing between swallows the connection%s%s",
                   peer->url.shown, peer->timeout_ms / 1000, *said ? "; ssh says: " : "", said);
}

int channel_wait(struct channel *channel, short events, struct err *err)
{
    for (;;) {
        int64_t limit = wait_limit(channel);
        struct pollfd fds[2] = { { .fd = channel->fd, .events = events },
                                 { .fd = channel->said_fd, .events = POLLIN } };
        int ready = poll(fds, 2, (int)limit);

        if (ready < 0 && errno != EINTR)
            return err_errno(err, "wait for %s", channel->wire.peer->url.shown);
        if (ready == 0 || (limit == 0 && ready > 0))
            return timed_out(channel, limit, err);
        if (ready > 0 && fds[1].revents)
            listen_to_child(channel);
        if (ready > 0 && fds[0].revents)
            return 0;
    }
}

/* The child's exit status, or -1 when it ended otherwise or had to be killed.  A child whose input
 * was closed gets a moment, but not one that timed out. */
static int end_child(struct channel *channel)
{
    pid_t child = channel->child;
    int status;

    if (!child)
        return 0;
    channel->child = 0;
    status = process_end(child, channel->hopeless ? 0 : CHILD_GRACE_MS);
    return status >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void channel_close(struct wire *wire)
{
    struct channel *channel = (struct channel *)wire;

    if (channel->fd >= 0) {
        shutdown(channel->fd, SHUT_WR);
        close(channel->fd);
    }
    end_child(channel);
    if (channel->said_fd >= 0)
        close(channel->said_fd);
    text_free(&channel->said);
    free(channel);
}

/* The end of what ssh printed, which has the reason; a banner of many lines must not push the hint
 * out of the message. */
static const char *reason_of(const struct text *said)
{
    if (!said->len)
        return "the connection ended without a message";
    return said->len > REASON_MAX ? said->bytes + said->len - REASON_MAX : said->bytes;
}

/* The remedy for the usual failures of ssh. */
static const char *hint_of(const char *said)
{
    static const struct {
        const char *words, *hint;
    } hints[] = {
        { "Host key verification failed", "; the server's key is not in the known hosts file, or "
                                          "it changed: compare it with what the server's "
                                          "owner publishes" },
        { "Permission denied",
          "; the server refused the key: check the key file and who may use it" },
        { "No user exists for uid", "; the ssh program needs a user of that id in /etc/passwd" },
        { "bad permissions", "; the key file must be readable by its owner only: mode 0600, or "
                             "defaultMode: 0400 on its Secret volume" },
        { "Could not resolve hostname", "; check the host in the URL" },
    };

    for (size_t i = 0; i < LENGTH(hints); i++)
        if (strstr(said, hints[i].words))
            return hints[i].hint;
    return "";
}

/* The other side closed: the end, or a failure of the child with its message. */
static int at_end(struct channel *channel, struct err *err)
{
    int status;

    listen_to_child(channel);
    status = end_child(channel);
    listen_to_child(channel);
    if (status == 0)
        return 0;
    return err_set(err, ERR_GIT, status, "%s: %s%s", channel->wire.peer->url.shown,
                   reason_of(&channel->said),
                   hint_of(channel->said.len ? channel->said.bytes : ""));
}

static int channel_read(struct wire *wire, char *buffer, size_t room, size_t *got, struct err *err)
{
    struct channel *channel = (struct channel *)wire;
    ssize_t count;

    do {
        if (channel_wait(channel, POLLIN, err) < 0)
            return -1;
        count = recv(channel->fd, buffer, room, 0);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN));
    if (count < 0 && errno != ECONNRESET)
        return err_errno(err, "read from %s", wire->peer->url.shown);
    if (count <= 0 && at_end(channel, err) < 0)
        return -1;
    if (count < 0)
        return err_set(err, ERR_GIT, ECONNRESET, "%s: the server closed the connection",
                       wire->peer->url.shown);
    *got = (size_t)count;
    return wire_came(wire, *got, err);
}

static int channel_write(struct wire *wire, const char *bytes, size_t len, struct err *err)
{
    struct channel *channel = (struct channel *)wire;

    while (len > 0) {
        ssize_t sent;

        if (channel_wait(channel, POLLOUT, err) < 0)
            return -1;
        sent = send(channel->fd, bytes, len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR && errno != EAGAIN) {
            int code = errno;

            if (at_end(channel, err) < 0)
                return -1;
            errno = code;
            return err_errno(err, "send to %s", wire->peer->url.shown);
        }
        if (sent > 0) {
            bytes += sent;
            len -= (size_t)sent;
        }
    }
    return 0;
}

static void channel_end_request(struct wire *wire) { (void)wire; }

const struct wire_kind channel_kind = { channel_close, channel_end_request, channel_write,
                                        channel_write, channel_read };
