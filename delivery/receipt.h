/* delivery/receipt.h - a cacerts that weft itself writes to its cluster, and the receipt on the
 * output branch that it was written (docs/rotation.md).  The plain key is only in guarded memory; a
 * receipt holds nothing secret.
 *
 *     receipt_plan            what is to be written, and whether the ledger says that it was
 *     receipt_invalidate           for all that are to be written; then save the ledger
 *     direct_open            with the private key
 *     (write the Secret whole, read it back)
 *     receipt_record          the receipt; then save the ledger
 *     receipt_close
 *
 * Killed between the two saves, the next pass writes the same bytes again. */
#ifndef WEFT_DELIVERY_RECEIPT_H
#define WEFT_DELIVERY_RECEIPT_H

#include "api/annotation.h"
#include "delivery/delivery.h"
#include "pki/csr_request.h"
#include "pki/receipts.h"

struct receipt {
    const char *path;             /* of the receipt; NULL: nothing is to be written now */
    const char *cluster;          /* where to */
    const char *namespace, *name; /* of the Secret */
    const struct node *metadata;  /* of the Secret: name, namespace, labels, annotations */
    const char *mark;             /* desired_material of what is written */
    char digest[65];              /* HMAC-SHA-256(state key, everything that is written), hex */
    bool by_agent;                /* set after receipt_plan: an agent writes the Secret, from a
                                     manifest that stays on the branch */
    bool recorded;                /* the ledger's receipt has this digest: it was read back once */
    struct cacerts_file files[CACERTS_FILES]; /* after direct_open; until receipt_close */
    /* our own */
    const struct delivery *delivery;
    const struct ledger *ledger;
    const struct ledger_intermediate *intermediate;
    struct cacerts cacerts;
};

/* The row is a receipt, not a manifest that a GitOps tool applies. */
bool receipt_is_row(const struct ledger_delivery *row);

/* Opens no key and changes nothing.  delivery must live as long as out; its recipient is not looked
 * at.  out->path is NULL, without error, when nothing is to be written for this mesh: it has no
 * intermediate, shares that of another mesh (cacerts_owner_primary), or waits to join a rotation
 * (then the receipt that is there stays true).  -1 with ERR_REFUSED: it was delivered as a
 * SealedSecret before, whose controller would write the old Secret back; the err says what the
 * operator has to do (ANNOTATION_UNSEALED). */
MUST_USE int receipt_plan(struct receipt *out, const struct ledger *ledger,
                          const struct delivery *delivery, const struct custody *custody,
                          struct err *err);
/* Fills files: all four, to be written in one request.  What no receipt tells of yet, or would be a
 * changed receipt on the output branch, is proved before (prove_cacerts). */
MUST_USE int receipt_open(struct receipt *direct, const struct custody *custody, struct err *err);
/* Wipes the key.  Also after a failure, and for what was never opened. */
void receipt_close(struct receipt *direct);
static inline void auto_receipt_close(struct receipt *direct) { receipt_close(direct); }
#define AUTO_DIRECT __attribute__((cleanup(auto_receipt_close))) struct receipt

/* The agent has put exactly the files in place that the receipt is about: those that the mesh is to
 * hold now, whatever was issued last. */
bool receipt_is_held(const struct receipt *direct, const struct csr_holds *holds);

/* The receipt does not count any more, for the Secret is about to be written: whether that went
 * well is not known until receipt_record.  A mark of the same material stays, so that a renewal
 * sets back no wait of a rotation; lost says that the cluster was seen to hold something else, and
 * clears it. Save the ledger before writing. */
void receipt_invalidate(struct ledger *ledger, const struct receipt *direct, bool lost);

/* After the Secret was written and read back: the row of the receipt, its content a file for the
 * output branch; changed only when something differs.  A row of the former SealedSecret is dropped
 * (gone), so its file leaves the branch. */
MUST_USE int receipt_record(const struct ledger_delivery **out, struct ledger *ledger,
                            const struct receipt *direct, struct err *err);

#endif
