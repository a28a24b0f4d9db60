/* translate/rendering.h - a rendering at work, and its way from documents to a folder.  Private to
 * render.c and imports.c. */
#ifndef WEFT_TRANSLATE_RENDERING_H
#define WEFT_TRANSLATE_RENDERING_H

#include "translate/document.h"
#include "translate/layout.h"
#include "translate/retain.h"
#include "translate/service_entry.h"

struct rendering {
    const struct resolved *resolved;
    const struct blobs *blobs;
    const struct tree_reader *before;
    const struct retain *retain;
    struct filetree *tree;
    struct arena *arena;        /* as long as the tree */
    struct arena *previous;     /* of the current folder: what it held */
    struct documents documents; /* of the current folder */
    size_t file_max;
    struct cluster *clusters;
    size_t cluster_count;
};

#endif
