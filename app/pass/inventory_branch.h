/* app/pass/inventory_branch.h - the reads of a pass as a commit on the inventory branch. */
#ifndef WEFT_APP_PASS_INVENTORY_BRANCH_H
#define WEFT_APP_PASS_INVENTORY_BRANCH_H

#include "app/pass/inputs.h"
#include "app/pass/session.h"
#include "base/blobs.h"
#include "discovery/fleet.h"
#include "sync/publish.h"

struct inventory_update {
    const struct tree_reader *former; /* files of the last inventory, below its path */
    struct filetree *tree;            /* of the clusters so far */
    struct blobs to;
    struct arena *arena; /* of the tree */
};

/* arena has the tree, of which nothing is in the result of inventory_branch_publish. */
void inventory_branch_begin(struct inventory_update *update, const struct tree_reader *former,
                            struct session *session, const struct inputs *inputs,
                            struct arena *arena);
/* The files of one cluster; one may be dropped afterwards. */
MUST_USE int inventory_branch_put(struct inventory_update *update, const struct discovery *one,
                                  struct err *err);
/* One commit, by the rules of the output branch; none when nothing changed.  A dry pass only
 * compares. */
MUST_USE int inventory_branch_publish(struct publish_result *out, struct inventory_update *update,
                                      const struct fleet *fleet, struct session *session,
                                      const struct inputs *inputs, struct err *err);

#endif
