/* sync/transport/channel.h - a socket, perhaps with a child process behind it, that never waits
 * without a limit. Private to sync/. */
#ifndef WEFT_SYNC_TRANSPORT_CHANNEL_H
#define WEFT_SYNC_TRANSPORT_CHANNEL_H

#include "base/text.h"
#include "sync/transport/wire.h"
#include <sys/types.h>

/* A wire over a socket: SSH's child, or a connection to a git daemon. */
struct channel {
    struct wire wire;
    int fd;           /* does not block */
    int said_fd;      /* the child's messages; -1 without a child */
    pid_t child;      /* leader of its own process group; 0: none */
    bool hopeless;    /* it timed out: no grace for the child */
    struct text said; /* their first bytes */
};

extern const struct wire_kind channel_kind;
struct channel *channel_new(const struct peer *peer, enum service service);
/* Waits until fd can be read (POLLIN) or written (POLLOUT). */
MUST_USE int channel_wait(struct channel *channel, short events, struct err *err);

#endif
