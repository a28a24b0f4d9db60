/* pki/expiry.h - when the certificates in use end, when weft renews them, and which of them end
 * while nothing renews them.  Reads the ledger only; decides nothing: rotation/rotation.c does. */
#ifndef WEFT_PKI_EXPIRY_H
#define WEFT_PKI_EXPIRY_H

#include "pki/trust_remark.h"
#include "rotation/evidence.h"
#include "state/ledger.h"

struct expiry {
    const char *virtual_mesh;
    const char *mesh; /* key; "" for a root */
    const char *fingerprint;
    int64_t not_after;
    int64_t renewal; /* the time from which a pass renews it (docs/rotation.md), by the options of
                        the trust that is deployed */
};

/* Each root and intermediate that clusters hold or are about to get, roots first; the count. */
size_t expiry_list(struct expiry **out, const struct ledger *ledger,
                   const struct evidence_policy *policy, struct arena *arena);

/* False of a virtual mesh that was taken out of the specs: nothing of it is renewed or rotated, and
 * no alert is due. */
bool expiry_watched(const struct ledger *ledger, const char *virtual_mesh);

/* A virtual mesh that cannot be used keeps what it has, so nothing of it is renewed: T10 for each
 * certificate that ends soon. */
void expiry_remark_unusable(struct findings *remarks, const struct ledger *ledger,
                            struct object_ref virtual_mesh, const struct evidence_policy *policy,
                            int64_t now);
/* The spec no longer asks for trust, and clusters keep what they have: T11 names the first end. */
void expiry_remark_unmanaged(struct findings *remarks, const struct ledger *ledger,
                             struct object_ref virtual_mesh, int64_t now);

#endif
