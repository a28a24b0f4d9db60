/* pki/branch_reset.h - whether the output branch was set back: what clusters load from it is not
 * what weft gave them last. */
#ifndef WEFT_PKI_BRANCH_RESET_H
#define WEFT_PKI_BRANCH_RESET_H

#include "base/filetree.h"
#include "state/ledger.h"

struct branch_reset_source {
    const struct ledger *ledger;
    const struct tree_reader *now; /* the branch as it is */
    const struct tree_reader
        *then;      /* as it was after the last push; NULL: that commit is unknown */
    bool published; /* the ledger has published to this branch, not only to another one */
};

/* Whether an encrypted Secret on the branch is not the one that was pushed last: the branch was
 * reset, reverted, or made a second time.  Receipts do not count: no cluster loads them. */
MUST_USE int branch_reset_find(bool *reset, const struct branch_reset_source *in,
                               struct arena *arena, struct err *err);

#endif
