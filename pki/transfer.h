/* pki/transfer.h - certificates outlive names: trust that goes on when a virtual mesh is renamed,
 * and what a cluster still holds from another one.  Plain data: no file, no key. */
#ifndef WEFT_PKI_TRANSFER_H
#define WEFT_PKI_TRANSFER_H

#include "base/err.h"
#include "pki/trust_request.h"
#include "state/ledger.h"

struct transfer { /* virtual meshes, "namespace/name" */
    const char *from, *to;
};

/* A virtual mesh that is gone, whose clusters another one holds now that never had trust: its
 * record, roots and intermediates go on under the new name.  What was delivered is delivered anew,
 * for it names its owner.  is_gone: the specs are whole, and ask for no trust under this name.
 * Results in ledger->arena; a save makes it last. */
size_t transfer_find(struct transfer **out, struct ledger *ledger,
                     const struct trust_request *const *requests, size_t count,
                     bool (*is_gone)(void *context, const char *virtual_mesh), void *context,
                     int64_t now);

/* The virtual mesh takes part no more: its files leave the output branch, so nothing that it waits
 * for comes nearer, and whatever it gave to clusters may be loaded again when it is back. */
MUST_USE int transfer_absent(struct ledger *ledger, const char *virtual_mesh, struct err *err);

/* The newest intermediate that weft gave this istiod, from whichever virtual mesh, of those that
 * have not expired at now (0: whether or not), and that it had before the given one (NULL: of all).
 * NULL: none. */
const struct ledger_intermediate *transfer_former(const struct ledger *ledger,
                                                  const struct mesh_identity *mesh, int64_t now,
                                                  const struct ledger_intermediate *before);

#endif
