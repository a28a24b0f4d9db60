/* sync/transport/wire_git.h - the git:// protocol: a socket and one line that says what is wanted
 * (gitprotocol-pack, "Git Transport"). Without encryption and authentication: for networks that are
 * trusted, and for tests. */
#ifndef WEFT_SYNC_TRANSPORT_WIRE_GIT_H
#define WEFT_SYNC_TRANSPORT_WIRE_GIT_H

#include "sync/transport/wire.h"

MUST_USE int wire_git_open(struct wire **out, const struct peer *peer, enum service service,
                           struct err *err);

#endif
