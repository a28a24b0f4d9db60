/* translate/folder_write.h - one folder of manifests: its documents gathered, then written. */
#ifndef WEFT_TRANSLATE_FOLDER_WRITE_H
#define WEFT_TRANSLATE_FOLDER_WRITE_H

#include "translate/rendering.h"

/* Adds a document about a federated Service; nothing when object is NULL. */
void folder_write_add(struct rendering *rendering, const struct export *export, const char *kind,
                      const char *namespace, const char *name, const struct node *object);

/* Reads what was in the folder, when some of it may have to stay. */
MUST_USE int folder_write_previous(struct previous_files *out, struct rendering *rendering,
                                   const struct place_folder *folder, struct err *err);

/* Writes the gathered documents and those of files that stay as *out (NULL: there are none), and
 * drops them. */
MUST_USE int folder_write_store(struct filetree **out, struct rendering *rendering,
                                const struct place_folder *folder,
                                const struct previous_files *files, struct err *err);

#endif
