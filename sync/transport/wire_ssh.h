/* sync/transport/wire_ssh.h - SSH by the ssh program: its key types, its known hosts, none of its
 * configuration (docs/architecture.md). Must never let a path or a host reach a shell unquoted. */
#ifndef WEFT_SYNC_TRANSPORT_WIRE_SSH_H
#define WEFT_SYNC_TRANSPORT_WIRE_SSH_H

#include "sync/transport/wire.h"

MUST_USE int wire_ssh_open(struct wire **out, const struct peer *peer, enum service service,
                           struct err *err);

#endif
