/* sync/branch_pattern.c - the names of the branches of clusters, in both directions.  Pure. */
#include "sync/branch_pattern.h"

#include "base/text.h"
#include <assert.h>
#include <string.h>

static const char *place_of(const char *pattern)
{
    const char *at = strstr(pattern, BRANCH_PATTERN_PLACE);

    assert(at);
    return at;
}

void branch_pattern_split(const char **before, const char **after, const char *pattern,
                          struct arena *arena)
{
    const char *at = place_of(pattern);

    *before = arena_bytes(arena, pattern, (size_t)(at - pattern));
    *after = at + strlen(BRANCH_PATTERN_PLACE);
}

const char *branch_pattern_name(const char *pattern, const char *cluster, struct arena *arena)
{
    const char *before, *after;

    branch_pattern_split(&before, &after, pattern, arena);
    return arena_printf(arena, "%s%s%s", before, cluster, after);
}

const char *branch_pattern_cluster(const char *pattern, const char *branch, struct arena *arena)
{
    const char *at = place_of(pattern), *after = at + strlen(BRANCH_PATTERN_PLACE);
    const size_t before = (size_t)(at - pattern), len = strlen(branch);
    const char *cluster;

    if (len <= before + strlen(after) || strncmp(branch, pattern, before) != 0
        || strcmp(branch + len - strlen(after), after) != 0)
        return NULL;
    cluster = arena_bytes(arena, branch + before, len - before - strlen(after));
    return strchr(cluster, '/') ? NULL : cluster;
}

bool branch_pattern_collides(const char *pattern, const char *branch, struct arena *arena)
{
    const size_t len = strlen(branch), before = (size_t)(place_of(pattern) - pattern);

    if (before > len && strncmp(pattern, branch, len) == 0 && pattern[len] == '/')
        return true;
    for (size_t end = 1; end <= len; end++)
        if ((branch[end] == '/' || !branch[end])
            && branch_pattern_cluster(pattern, arena_bytes(arena, branch, end), arena))
            return true;
    return false;
}
