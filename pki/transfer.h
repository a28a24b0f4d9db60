/* pki/transfer.h - certificates outlive names: trust that continues when a virtual mesh is renamed,
 * and what a cluster still holds from another one.  Plain data: no file, no key. */
#ifndef WEFT_PKI_TRANSFER_H
#define WEFT_PKI_TRANSFER_H

#include "base/err.h"
#include "pki/trust_remark.h"
#include "pki/trust_request.h"
#include "state/ledger.h"

struct transfer {
    const char *from, *to;               /* virtual meshes, "namespace/name" */
    const struct trust_request *request; /* that of to */
};

/* Which virtual meshes the specs have.  One that asks for no trust and keeps none is removed. */
struct transfer_specs {
    const struct trust_request *const *requests;
    size_t count;
    const char *const *kept; /* what they have stays: they cannot be used, or were refused */
    size_t kept_count;
    bool incomplete; /* not all specs could be read, so none counts as removed */
};

/* A removed virtual mesh, whose clusters now belong to another one that never had trust: its
 * record, roots and intermediates continue under the new name.  Its files name their owner, so they
 * are delivered again.  The list and its length; in ledger->arena, and lasting with the next save.
 */
size_t transfer_find(struct transfer **out, struct ledger *ledger,
                     const struct transfer_specs *specs, int64_t now);

/* The files of a removed virtual mesh leave the output branch, so nothing that its rotation waits
 * for can come, and what its clusters loaded may change: its record no longer counts on either. */
MUST_USE int transfer_absent(struct ledger *ledger, const char *virtual_mesh, struct err *err);

/* Both of the above, for every virtual mesh of the ledger; a T12 for each transfer. */
MUST_USE int transfer_settle(struct findings *remarks, struct ledger *ledger,
                             const struct transfer_specs *specs, int64_t now, struct err *err);

/* The newest intermediate that weft gave this istiod, from whichever virtual mesh, of those that
 * have not expired at now (0: whether or not), and that it had before the given one (NULL: of all).
 * NULL: none. */
const struct ledger_intermediate *transfer_former(const struct ledger *ledger,
                                                  const struct mesh_identity *mesh, int64_t now,
                                                  const struct ledger_intermediate *before);

#endif
