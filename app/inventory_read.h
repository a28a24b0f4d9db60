/* app/inventory_read.h - the objects of an inventory: of a commit, of a tree, of a folder. */
#ifndef WEFT_APP_INVENTORY_READ_H
#define WEFT_APP_INVENTORY_READ_H

#include "api/specs.h"
#include "app/config.h"
#include "base/blobs.h"
#include "sync/snapshot.h"

/* Where its files are below its path: "clusters/<cluster>/...". */
#define INVENTORY_FOLDER "clusters"
/* Of commits of an inventory that is not at the root of its repository. */
#define TRAILER_INVENTORY_PATH "Weft-Inventory-Path"

/* The folder of the inventory in a commit: what weft wrote into it, and in a commit of others
 * inventory.path. */
const char *inventory_read_path(struct snapshot *snapshot, const struct config *config,
                                struct arena *arena);
/* -1: it cannot be read, or an object of it is wrong; err has the first mistake. */
MUST_USE int inventory_read_commit(struct specs *out, struct snapshot *snapshot,
                                   const struct config *config, struct arena *arena,
                                   struct err *err);
/* The same objects, before their tree is a commit. */
MUST_USE int inventory_read_tree(struct specs *out, struct filetree *tree,
                                 const struct blob_memory *memory, const char *pod_namespace,
                                 struct arena *arena, struct err *err);
MUST_USE int inventory_read_folder(struct specs *out, const char *folder, const char *pod_namespace,
                                   struct arena *arena, struct err *err);

#endif
