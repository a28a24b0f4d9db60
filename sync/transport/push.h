/* sync/transport/push.h - refs moved on a server from values that they must still have
 * (gitprotocol-pack, "Pushing Data To a Server").  Private to sync/. */
#ifndef WEFT_SYNC_TRANSPORT_PUSH_H
#define WEFT_SYNC_TRANSPORT_PUSH_H

#include "base/text.h"
#include "sync/transport/pack_writer.h"
#include "sync/transport/peer.h"
#include "sync/transport/wire.h"

enum push_outcome {
    PUSH_DONE,  /* the server reports success for all that was sent; a listing has to confirm it */
    PUSH_MOVED, /* no ref had its old value; nothing was sent */
    PUSH_REFUSED, /* the server refused at least one: words has its reason */
    PUSH_BROKEN   /* the connection ended after the pack was sent: anything may have happened; err
                     says how it ended */
};

struct push_request {
    const char *ref;        /* full name */
    struct git_id old, new; /* old all zero: the ref must not exist */
};

struct pushed {
    enum push_outcome outcome;
    struct text words;  /* what the server says, for messages */
    struct mapped pack; /* what was sent */
};
void pushed_free(struct pushed *pushed);
#define AUTO_PUSHED __attribute__((cleanup(pushed_free))) struct pushed

/* Sends the objects that are marked as wanted in objects, and at least one request.  A ref with
 * another value than old is left out.  -1 and err: nothing was sent.  out must be {0}; its owner
 * frees it in any case. */
MUST_USE int push(struct pushed *out, const struct peer *peer, const struct push_request *requests,
                  size_t count, struct objects *objects, struct err *err);
/* The same over a wire that is open, for SERVICE_PUSH; it stays the caller's. */
MUST_USE int push_over(struct pushed *out, struct wire *wire, const struct push_request *requests,
                       size_t count, struct objects *objects, struct err *err);

#endif
