/* app/output_folder.h - a file tree written into a folder on disk. */
#ifndef WEFT_APP_OUTPUT_FOLDER_H
#define WEFT_APP_OUTPUT_FOLDER_H

#include "base/blobs.h"

/* -1 unless folder is new or empty: what another run left behind would be read by the next consumer
 * as if it were wanted. */
MUST_USE int output_folder_check(const char *folder, struct arena *arena, struct err *err);
/* Writes every file of tree; *files gets their number. */
MUST_USE int output_folder_write(size_t *files, const char *folder, struct filetree *tree,
                                 const struct blob_memory *memory, struct arena *arena,
                                 struct err *err);

#endif
