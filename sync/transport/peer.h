/* sync/transport/peer.h - a remote that is ready for requests: its URL taken apart, its HTTP
 * client.  Private to sync/. */
#ifndef WEFT_SYNC_TRANSPORT_PEER_H
#define WEFT_SYNC_TRANSPORT_PEER_H

#include "base/url.h"
#include "sync/limits.h"
#include "sync/remote.h"

struct peer {
    struct git_remote_spec remote; /* its texts are the caller's, as in remote.h */
    struct url url;
    struct http *http;    /* NULL unless http or https */
    int timeout_ms;       /* without a byte */
    int pause_ms;         /* before a busy HTTP server is asked again; doubled each time */
    struct limits limits; /* of one conversation, with all its requests */
    const char *folder;   /* for temporary files */
    int64_t *server_time; /* gets the time that an HTTP server gives; NULL: not wanted */
};

/* ERR_INPUT when the URL, or the credentials with this URL, cannot be used safely. */
MUST_USE int peer_open(struct peer *out, const struct git_remote_spec *remote, const char *folder,
                       struct arena *arena, struct err *err);
void peer_close(struct peer *peer);

#endif
