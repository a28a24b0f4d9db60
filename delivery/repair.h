/* delivery/repair.h - encrypted manifests that were damaged in the state. */
#ifndef WEFT_DELIVERY_REPAIR_H
#define WEFT_DELIVERY_REPAIR_H

#include "base/filetree.h"
#include "state/ledger.h"

struct repaired {
    const char *path;
    bool found; /* the branch has the very text; else the row is deleted, and made again */
};

/* Each damaged row of the ledger gets its text from the tip of the output branch, when the digest
 * that was stored with it fits; otherwise it is marked as gone.  The list in the arena. */
MUST_USE int repair_deliveries(struct repaired **out, size_t *count, const struct ledger *ledger,
                               const struct tree_reader *tip, struct arena *arena, struct err *err);

#endif
