/* sync/branch_digest.c - one figure for where the branches of a repository are. */
#include "sync/branch_digest.h"

#include "base/base64.h"
#include "base/digest.h"
#include "sync/branch_pattern.h"
#include "sync/fetch.h"
#include <stdlib.h>
#include <string.h>

struct looking {
    const char *branch, *pattern;
    struct arena *arena;
};

static bool is_listed(void *context, const char *name)
{
    const struct looking *looking = context;

    return strcmp(name, looking->branch) == 0
           || branch_pattern_cluster(looking->pattern, name, looking->arena);
}

static int compare_branches(const void *a, const void *b)
{
    return strcmp(((const struct clone_branch *)a)->name, ((const struct clone_branch *)b)->name);
}

void branch_digest(char out[65], const struct clone_branches *branches, struct arena *arena)
{
    struct clone_branch *sorted = ARENA_NEW(arena, struct clone_branch, branches->count + 1);
    struct sha256_stream *stream = sha256_begin();
    struct sha256 digest;

    for (size_t i = 0; i < branches->count; i++)
        sorted[i] = branches->items[i];
    qsort(sorted, branches->count, sizeof *sorted, compare_branches);
    for (size_t i = 0; i < branches->count; i++) {
        sha256_add(stream, sorted[i].commit, strlen(sorted[i].commit));
        sha256_add(stream, sorted[i].name, strlen(sorted[i].name) + 1);
    }
    digest = sha256_end(stream);
    hex_encode(out, digest.bytes, sizeof digest.bytes);
}

int branch_digest_fetch(char out[65], struct clone *clone, const char *branch, const char *pattern,
                        struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct looking looking = { branch, pattern, arena };
    const struct clone_wanted wanted = { is_listed, &looking, true };
    struct clone_branches listed;

    if (clone_branches(&listed, clone, &wanted, arena, err) < 0)
        return err_wrap(err, "list the branches of clusters");
    branch_digest(out, &listed, arena);
    return 0;
}
