/* sync/branch_pattern.h - how the branches of clusters are named. */
#ifndef WEFT_SYNC_BRANCH_PATTERN_H
#define WEFT_SYNC_BRANCH_PATTERN_H

#include "base/arena.h"
#include <stdbool.h>

/* Where in a pattern the name of the cluster goes; each pattern has it once. */
#define BRANCH_PATTERN_PLACE "{cluster}"

/* "rendered-clusters/{cluster}" and a cluster: the short name of its branch, in the arena. */
const char *branch_pattern_name(const char *pattern, const char *cluster, struct arena *arena);
/* What is before and after the name, in the arena. */
void branch_pattern_split(const char **before, const char **after, const char *pattern,
                          struct arena *arena);
/* The cluster whose branch has that name; NULL: it is none of the pattern. */
const char *branch_pattern_cluster(const char *pattern, const char *branch, struct arena *arena);
/* A branch that is of the pattern, or that Git cannot have beside the branches of the pattern: it
 * lies below one of them, or one of them below it. */
bool branch_pattern_collides(const char *pattern, const char *branch, struct arena *arena);

#endif
