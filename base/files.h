/* base/files.h - whole files, safely: bounded reads, atomic writes. */
#ifndef WEFT_BASE_FILES_H
#define WEFT_BASE_FILES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/filetree.h"
#include "base/text.h"

/* The content of a regular file of at most max bytes, NUL-terminated, in the arena. */
MUST_USE int file_read(char **bytes, size_t *len, const char *path, size_t max, struct arena *arena,
                       struct err *err);
/* Temporary file beside it, fsync, rename, fsync of the folder; mode as given (0600 for anything
 * private).  A pipe or a device is written to and stays. */
MUST_USE int file_write(const char *path, const char *bytes, size_t len, unsigned mode,
                        struct err *err);
/* A pipe or a device, such as /dev/stdout and /dev/null: other programs hold it open, or look for
 * it by its name, so no file may take its place. */
bool file_is_stream(const char *path);
/* A new file, with the mode as given; -1 when there is one of that name already, which stays as it
 * is. */
MUST_USE int file_create(const char *path, const char *bytes, size_t len, unsigned mode,
                         struct err *err);
/* The folder part of a path: "." when there is none, "/" for what is in the root.  In the
 * arena, or constant. */
const char *file_folder(const char *path, struct arena *arena);
/* Makes durable which files the folder of path has: after a file was made, renamed or removed
 * there. */
MUST_USE int file_sync_folder(const char *path, struct err *err);
/* Like mkdir -p; what is made gets the mode, whatever the umask. */
MUST_USE int file_make_folders(const char *path, unsigned mode, struct err *err);
/* Removes a folder and all below it; one that does not exist is fine.  Follows no symbolic link. */
MUST_USE int file_remove_folders(const char *path, struct err *err);
/* Whether path is a folder that holds regular files and such folders, and nothing else: no symbolic
 * link that leads elsewhere, and no named pipe or device, where a library that opens it would wait
 * without end.  False also where that cannot be seen. */
bool file_tree_is_plain(const char *path);
/* Whether this process is in the group, by its effective or a supplementary one. */
bool file_group_is_ours(unsigned group);
/* A file of a volume of Kubernetes (a Secret, projected or not): the kubelet puts it behind a link
 * named ..data, or mounts it alone (subPath) from a file system that is read-only.  Nothing in the
 * container can change its mode. */
bool file_is_in_volume(const char *path);
/* How to take the rights of other users to a file away: chmod, or what to write in the Pod. */
void file_mode_remedy(struct text *out, const char *path, unsigned mode);

/* file_read of a file that is open. */
struct open_file {
    int fd;
    const char *path; /* for messages */
};
MUST_USE int file_read_open(char **bytes, size_t *len, struct open_file file, size_t max,
                            struct arena *arena, struct err *err);

#endif
