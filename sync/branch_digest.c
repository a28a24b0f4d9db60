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

int branch_digest_of(char out[65], struct clone *clone, const char *branch, const char *pattern,
                     struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct looking looking = { branch, pattern, arena };
    const struct clone_wanted wanted = { is_listed, &looking, false };
    struct sha256_stream *stream;
    struct clone_branches listed;
    struct sha256 digest;

    if (clone_branches(&listed, clone, &wanted, arena, err) < 0)
        return err_wrap(err, "list the branches of clusters");
    if (listed.count)
        qsort(listed.items, listed.count, sizeof *listed.items, compare_branches);
    stream = sha256_begin();
    for (size_t i = 0; i < listed.count; i++) {
        sha256_add(stream, listed.items[i].commit, strlen(listed.items[i].commit));
        sha256_add(stream, listed.items[i].name, strlen(listed.items[i].name) + 1);
    }
    digest = sha256_end(stream);
    hex_encode(out, digest.bytes, sizeof digest.bytes);
    return 0;
}
