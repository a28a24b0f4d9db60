/* app/config_branches.c - the names of the branches of clusters must not meet those of other
 * branches: a cluster is named by people, and any name of it has to be safe.
 *
 * Git keeps a branch as a file, so "rendered" and "rendered/east" cannot both be.  A pattern that
 * another branch of weft could be of, for some name of a cluster, is refused as well: the branch of
 * a cluster that is not there any more is emptied. */
#include "app/config_branches.h"
#include "app/config_output.h"
#include "sync/branch_pattern.h"
#include <string.h>

/* What git-check-ref-format forbids, with some cluster in the place of the name. */
static bool is_ref(const char *pattern, struct arena *arena)
{
    const char *name = branch_pattern_name(pattern, "x", arena);

    return !strpbrk(name, " ~^:?*[\\{}") && !strstr(name, "..") && !strstr(name, "//")
           && !strstr(name, "/.") && !strstr(name, ".lock/") && !text_starts(name, "refs/")
           && !strchr("/.-", *name) && !text_ends(name, "/") && !text_ends(name, ".")
           && !text_ends(name, ".lock");
}

void config_branches_check(const struct at *at, const char *pattern)
{
    const char *place = strstr(pattern, BRANCH_PATTERN_PLACE);

    if (!place || strstr(place + 1, BRANCH_PATTERN_PLACE))
        at_error(at, "must have " BRANCH_PATTERN_PLACE
                     " once, where the name of the cluster goes, such as "
                     "\"rendered-clusters/{cluster}\"");
    else if (!is_ref(pattern, at->with->arena))
        at_error(at, "must be the short name of a branch, such as "
                     "\"rendered-clusters/{cluster}\"");
}

static void check_others(const struct config *config, struct arena *arena, struct diags *diags)
{
    const struct config_output *output = &config->output;
    const struct {
        const char *key, *branch;
    } others[] = {
        { "output.branch", output->branch },
        { "output.pullRequest.branch",
          output->mode == OUTPUT_PULL_REQUEST ? output->pull.branch : NULL },
        { "discovery.branch", config_output_inventory(config, arena) },
        { "specs.ref", config_output_specs(config, arena) },
    };

    for (size_t i = 0; i < LENGTH(others); i++)
        if (others[i].branch
            && branch_pattern_collides(output->cluster_branch, others[i].branch, arena))
            diag_add(diags, DIAG_ERROR, output->place, "output.clusterBranch",
                     "%s cannot be beside %s (%s): a cluster could have that branch, or Git could "
                     "not have both; name the branches of clusters otherwise, such as "
                     "\"%s-clusters/{cluster}\"",
                     output->cluster_branch, others[i].branch, others[i].key, output->branch);
}

/* A pattern of a mistaken form is reported already. */
static bool is_pattern(const char *pattern)
{
    return strstr(pattern, BRANCH_PATTERN_PLACE) != NULL;
}

void config_branches_finish(struct config *config, struct arena *arena, struct diags *diags)
{
    struct config_output *output = &config->output;

    if (output->branches == BRANCHES_SINGLE) {
        if (output->hydrator_metadata)
            diag_add(diags, DIAG_ERROR, output->place, "output.hydratorMetadata",
                     "is for the branches of clusters: set output.branches: cluster, or remove "
                     "this");
        if (output->cluster_branch)
            diag_add(diags, DIAG_WARNING, output->place, "output.clusterBranch",
                     "has no effect, because output.branches is single: set output.branches: "
                     "cluster, or remove this");
        return;
    }
    if (!output->cluster_branch)
        output->cluster_branch =
            arena_printf(arena, "%s-clusters/" BRANCH_PATTERN_PLACE, output->branch);
    if (is_pattern(output->cluster_branch))
        check_others(config, arena, diags);
}
