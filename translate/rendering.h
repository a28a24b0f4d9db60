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
    const struct retain *hold;
    struct filetree *tree;
    struct arena *arena;        /* as long as the tree */
    struct arena *former;       /* of the folder at hand: what was there */
    struct documents documents; /* of the folder at hand */
    size_t file_max;
    struct cluster *clusters;
    size_t cluster_count;
};

/* Adds a document about a federated Service; nothing when object is NULL. */
void render_add(struct rendering *rendering, const struct export *export, const char *kind,
                const char *namespace, const char *name, const struct node *object);
/* Reads what was in the folder, when some of it may have to stay. */
MUST_USE int render_previous(struct former_files *out, struct rendering *rendering,
                             const struct place_folder *folder, struct err *err);
/* Writes the documents at hand and those of files that stay as *out (NULL: there are none), and
 * forgets them. */
MUST_USE int render_store(struct filetree **out, struct rendering *rendering,
                          const struct place_folder *folder, const struct former_files *files,
                          struct err *err);

#endif
