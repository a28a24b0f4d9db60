/* discovery/inventory_tree.h - an inventory as files: "clusters/<cluster>/...".  docs/discovery.md
 */
#ifndef WEFT_DISCOVERY_INVENTORY_TREE_H
#define WEFT_DISCOVERY_INVENTORY_TREE_H

#include "base/filetree.h"
#include "discovery/inventory.h"
#include "discovery/left_out.h"

enum { INVENTORY_FILE_MAX = 512 * 1024 };

/* The first line of every file that weft writes there. */
extern const char inventory_tree_header[];

/* Puts the files of one cluster into tree; a file of more than max bytes is split by the names of
 * its objects.  left_out NULL: not known. */
MUST_USE int inventory_tree_put(struct filetree *tree, const struct inventory *inventory,
                                const struct left_out_list *left_out, size_t max,
                                const struct blobs *blobs, struct err *err);

#endif
