/* sync/transport/wire_http.h - Git's smart HTTP (gitprotocol-http) over base/http: a GET for the
 * refs, a POST for each request. Credentials go to the configured host only; a redirect is an error
 * that says where to. */
#ifndef WEFT_SYNC_TRANSPORT_WIRE_HTTP_H
#define WEFT_SYNC_TRANSPORT_WIRE_HTTP_H

#include "sync/transport/wire.h"

MUST_USE int wire_http_open(struct wire **out, const struct peer *peer, enum service service,
                            struct err *err);

#endif
