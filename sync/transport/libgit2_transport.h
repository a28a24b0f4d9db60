/* sync/transport/libgit2_transport.h - lets libgit2 fetch over our wires.  Private to sync/. */
#ifndef WEFT_SYNC_TRANSPORT_LIBGIT2_TRANSPORT_H
#define WEFT_SYNC_TRANSPORT_LIBGIT2_TRANSPORT_H

#include "sync/git2.h"
#include "sync/transport/peer.h"

/* One connection of libgit2 to a peer; lives as long as the git_remote that uses it. */
struct link {
    const struct peer *peer;
    struct err err; /* of the wire, when it failed: says more than libgit2's */
};

/* Callbacks that make libgit2 use link.  For paths libgit2's own transport stays. */
git_remote_callbacks link_callbacks(struct link *link);
/* After a failure of libgit2: the wire's error, or libgit2's own; "what: cause". */
int link_error(const struct link *link, int code, const char *what, struct err *err);

#endif
