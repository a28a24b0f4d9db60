/* sync/transport/wire_open.h - a wire to a peer, by the scheme of its URL.  Private to sync/. */
#ifndef WEFT_SYNC_TRANSPORT_WIRE_OPEN_H
#define WEFT_SYNC_TRANSPORT_WIRE_OPEN_H

#include "sync/transport/wire.h"

/* Connects (SSH, git) or gets ready to (HTTP); the first thing to read is the list of refs. */
MUST_USE int wire_open(struct wire **out, const struct peer *peer, enum service service,
                       struct err *err);

#endif
