/* app/output_folder.c - a file tree written into a folder on disk.
 *
 * Every file is written as a whole under its own name (file_write), the folders as needed. A write
 * that fails leaves the files before it: the caller fails, and the folder, which had to be empty,
 * can be deleted. */
#include "app/output_folder.h"

#include "base/files.h"
#include "base/folder.h"
#include <string.h>

struct output_folder {
    const char *path;
    const struct blob_memory *memory;
    struct arena *arena;
    struct err *err;
    size_t files;
};

static int write_file(void *context, const char *path, const struct git_id *blob)
{
    struct output_folder *folder = context;
    const char *full = arena_printf(folder->arena, "%s/%s", folder->path, path);
    const char *slash = strrchr(full, '/');
    size_t len;
    const char *bytes = blob_memory_find(folder->memory, blob, &len);

    if (file_make_folders(arena_bytes(folder->arena, full, (size_t)(slash - full)), 0755,
                          folder->err)
        < 0)
        return -1;
    folder->files++;
    return file_write(full, bytes, len, 0644, folder->err);
}

int output_folder_check(const char *folder, struct arena *arena, struct err *err)
{
    struct tree_reader reader = folder_tree_reader(folder);
    const char **names;
    size_t count;

    if (reader.list(reader.context, "", &names, &count, arena, err) < 0)
        return -1;
    if (count)
        return err_set(err, ERR_INPUT, 0, "%s is not empty; name a new or empty folder as --output",
                       folder);
    return 0;
}

int output_folder_write(size_t *files, const char *folder, struct filetree *tree,
                        const struct blob_memory *memory, struct arena *arena, struct err *err)
{
    struct output_folder target = { folder, memory, arena, err, 0 };
    int result = filetree_walk(tree, write_file, &target);

    *files = target.files;
    return result;
}
