/* base/folder.h - a folder on disk as a tree_reader.  Never leaves the folder: follows no symbolic
 * link, no "..". */
#ifndef WEFT_BASE_FOLDER_H
#define WEFT_BASE_FOLDER_H

#include "base/files.h"

/* Reads a folder on disk as a tree_reader; path must outlive it.  A path that leads over a symbolic
 * link is absent, one with
 * ".." or a leading "/" is an error; files up to 64 MiB. */
struct tree_reader folder_tree_reader(const char *path);

#endif
