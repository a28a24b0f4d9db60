/* sync/transport/wire.h - bytes to and from git-upload-pack or git-receive-pack elsewhere, whatever
 * the way there. No operation waits longer than the peer's timeout without progress.  Private to
 * sync/. */
#ifndef WEFT_SYNC_TRANSPORT_WIRE_H
#define WEFT_SYNC_TRANSPORT_WIRE_H

#include "sync/limits.h"
#include "sync/transport/peer.h"

enum service { SERVICE_FETCH, SERVICE_PUSH }; /* git-upload-pack, git-receive-pack */

struct wire;

void wire_close(struct wire *wire);
AUTO_DEFINE(struct wire, wire_close)
/* A request follows, then its answer.  HTTP: one POST. */
void wire_end_request(struct wire *wire);
/* bytes must stay until the answer was read: HTTP sends them only then. */
MUST_USE int wire_write_borrowed(struct wire *wire, const char *bytes, size_t len, struct err *err);
/* As wire_write_borrowed, but copied where need be. */
MUST_USE int wire_write(struct wire *wire, const char *bytes, size_t len, struct err *err);
/* At least one byte, at most room; *got = 0 is the end. */
MUST_USE int wire_read(struct wire *wire, char *buffer, size_t room, size_t *got, struct err *err);

/* The ways there; wire_open chooses. */
struct wire_kind {
    void (*close)(struct wire *wire);
    void (*turn)(struct wire *wire);
    int (*lend)(struct wire *wire, const char *bytes, size_t len, struct err *err);
    int (*write)(struct wire *wire, const char *bytes, size_t len, struct err *err);
    int (*read)(struct wire *wire, char *buffer, size_t room, size_t *got, struct err *err);
};
struct wire {
    const struct wire_kind *kind;
    const struct peer *peer;
    enum service service;
    struct spending spending;
    int64_t begin_ms; /* monotonic */
};
struct wire wire_begin(const struct wire_kind *kind, const struct peer *peer, enum service service);
/* Counts bytes that came: -1 and err when they exceed the peer's limits, or come too slowly.  The
 * transports call it for each read. */
MUST_USE int wire_came(struct wire *wire, size_t bytes, struct err *err);
/* What is left of the time limit. */
int64_t wire_left_ms(const struct wire *wire);
const char *service_name(enum service service); /* "git-upload-pack" */

#endif
