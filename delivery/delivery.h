/* delivery/delivery.h - an intermediate on its way to its cluster, as an encrypted manifest for
 * Git. Plain key bytes never enter a file tree. */
#ifndef WEFT_DELIVERY_DELIVERY_H
#define WEFT_DELIVERY_DELIVERY_H

#include "delivery/recipient.h"
#include "pki/cacerts.h"
#include "pki/csr_spare.h"
#include "pki/trust_request.h"

struct delivery {
    const struct trust_request *request;
    const struct mesh_identity *mesh;
    const struct recipient *recipient; /* NULL for delivery/receipt.h */
    const char
        *header; /* first line of the manifest with its newline (rendered_by_weft); "" for none */
    const char *owner;             /* value of the label owner.networking.mesh.gloo.solo.io */
    const struct csr_spare *spare; /* what the agent of the cluster offers; NULL: it has none */
    const char *branch;            /* the file on the output branch, as it is now; NULL: none */
    int64_t now;
};

/* The row whose content is the manifest to publish at its path: the former one while nothing of it
 * changed (same recipient, same plaintext, by HMAC under the state key), else one that was
 * encrypted now and is set in the ledger (changed = true).  When that changes the file on the
 * branch, whatever the reason, the very bytes are proved before (prove_cacerts); a proof that fails
 * is the err, and leaves the ledger as it was.  *out is NULL, without error, when there is nothing
 * to deliver for this mesh: it has no intermediate, or shares that of another mesh in the same
 * namespace (cacerts_owner_primary).  A receipt of direct delivery is dropped: the manifest takes
 * its place.  ERR_REFUSED where a SealedSecret is in the way (delivery/handover.h).
 */
MUST_USE int delivery_render(const struct ledger_delivery **out, struct ledger *ledger,
                             const struct delivery *delivery, const struct custody *custody,
                             struct err *err);

#endif
