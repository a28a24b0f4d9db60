/* tests/golden/world.h - whole passes of the pure core in memory: files in, files out.  For the
 * golden, property and benchmark programs. */
#ifndef WEFT_TESTS_WORLD_H
#define WEFT_TESTS_WORLD_H

#include "translate/translate.h"

struct file {
    const char *path, *bytes;
    size_t len;
};
struct files {
    struct file *items; /* sorted by path */
    size_t count;
};

/* The regular files below a folder on disk, none when it does not exist. */
MUST_USE int files_read(struct files *out, const char *folder, struct arena *arena,
                        struct err *err);
const struct file *files_find(const struct files *files, const char *path); /* NULL: absent */
void files_add(struct files *files, const char *path, const char *bytes, size_t len,
               struct arena *arena);
void files_sort(struct files *files);
/* Files as a branch to read from; they must outlive the reader. */
struct tree_reader files_reader(const struct files *files);

/* A rendered tree and its contents as a branch to read from. */
struct branch {
    struct filetree *tree;
    const struct blob_memory *memory;
};
struct tree_reader branch_reader(struct branch *branch);

/* What a pass would commit (without certificates), and what it would say. */
struct pass {
    struct specs specs;
    struct diags diags;
    struct plan plan;
    struct files output; /* clusters/... and the records weft/... */
    size_t objects;      /* distinct blobs and trees in Git below clusters/ */
};
MUST_USE int pass_run(struct pass *out, const struct files *specs,
                      const struct translate_options *options, const struct files *before,
                      struct arena *arena, struct err *err);
/* The n-th thing that a pass asks of the branch or puts into the object store fails. */
struct failing {
    int at;    /* 1: the first one; 0: none */
    int calls; /* so far */
};
MUST_USE int pass_run_failing(struct pass *out, const struct files *specs,
                              const struct translate_options *options, const struct files *before,
                              struct failing *failing, struct arena *arena, struct err *err);
/* The statuses of a pass, and what it asks of pki, as one YAML document. */
const char *pass_status(const struct pass *pass, struct arena *arena);
/* The diags, one a line; "" when there are none. */
const char *pass_diags(const struct pass *pass, struct arena *arena);

#endif
