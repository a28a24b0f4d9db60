/* app/pass/inventory_branch.h - the reads of a pass as a commit on the inventory branch. */
#ifndef WEFT_APP_PASS_INVENTORY_BRANCH_H
#define WEFT_APP_PASS_INVENTORY_BRANCH_H

#include "app/pass/inputs.h"
#include "discovery/fleet.h"
#include "sync/publish.h"

struct inventory_update {
    const struct fleet *fleet;
    const struct tree_reader *former; /* files of the last inventory */
    struct filetree *tree;            /* out: what was built last */
};

/* One commit, by the rules of the output branch; none when nothing changed.  A dry pass only
 * compares. */
MUST_USE int inventory_branch_publish(struct publish_result *out, struct inventory_update *update,
                                      struct session *session, const struct inputs *inputs,
                                      struct err *err);

#endif
