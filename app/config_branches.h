/* app/config_branches.h - output.branches: how the branches of clusters are named. */
#ifndef WEFT_APP_CONFIG_BRANCHES_H
#define WEFT_APP_CONFIG_BRANCHES_H

#include "api/schema.h"

struct config;

/* For output.clusterBranch. */
void config_branches_check(const struct at *at, const char *pattern);
/* With output.branches cluster fills output.clusterBranch, and reports other branches of weft that
 * cannot be beside the branches of clusters. */
void config_branches_finish(struct config *config, struct arena *arena, struct diags *diags);

#endif
