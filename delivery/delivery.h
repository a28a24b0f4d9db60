/* delivery/delivery.h - an intermediate on its way to its cluster, as an encrypted manifest for
 * Git. Plain key bytes never enter a file tree. */
#ifndef WEFT_DELIVERY_DELIVERY_H
#define WEFT_DELIVERY_DELIVERY_H

#include "pki/cacerts.h"
#include "pki/trust_request.h"

enum delivery_mode {
    DELIVER_SEALED_SECRET, /* an encrypted manifest on the output branch: delivery_render */
    DELIVER_DIRECT,        /* written to the cluster by its API server: direct.h */
};
extern const struct enum_table
    delivery_modes; /* "sealed-secret", "direct": values of delivery.mode */

/* Who can open what is delivered to one cluster. */
struct recipient;

/* mode says what key_text holds: for DELIVER_SEALED_SECRET the PEM of the controller's certificate.
 * cluster and file are named in the err, which says what is wrong with the key and how to mend it.
 * DELIVER_DIRECT has no recipient: ERR_REFUSED. */
MUST_USE int recipient_open(struct recipient **out, enum delivery_mode mode, const char *cluster,
                            const char *file, const char *key_text, size_t len, int64_t now,
                            struct err *err);
void recipient_close(struct recipient *recipient);
AUTO_DEFINE(struct recipient, recipient_close)
/* Equal fingerprints of two clusters: either can open what is meant for the other, which is worth a
 * warning. */
const char *recipient_fingerprint(const struct recipient *recipient);
int64_t recipient_not_after(const struct recipient *recipient); /* 0: does not expire */

struct delivery {
    const struct trust_request *request;
    const struct mesh_identity *mesh;
    const struct recipient *recipient; /* NULL for direct.h */
    const char
        *header; /* first line of the manifest with its newline (rendered_by_weft); "" for none */
    const char *owner;  /* value of the label owner.networking.mesh.gloo.solo.io */
    const char *branch; /* the file on the output branch, as it is now; NULL: none */
    int64_t now;
};

/* The row whose content is the manifest to publish at its path: the former one while nothing of it
 * changed (same recipient, same plaintext, by HMAC under the state key), else encrypted anew and
 * set in the ledger (changed = true).  When that changes the file on the branch, whatever the
 * reason, the very bytes are proved before (prove_cacerts); a proof that fails is the err, and
 * leaves the ledger as it was.  *out is NULL, without error, when there is nothing to deliver
 * for this mesh: it has no intermediate, or shares that of another mesh in the same namespace
 * (cacerts_owner_primary).  A receipt of direct delivery is dropped: the manifest takes its place.
 */
MUST_USE int delivery_render(const struct ledger_delivery **out, struct ledger *ledger,
                             const struct delivery *delivery, const struct custody *custody,
                             struct err *err);

#endif
