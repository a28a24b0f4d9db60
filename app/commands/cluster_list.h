/* app/commands/cluster_list.h - weft cluster list: the clusters of the configuration. */
#ifndef WEFT_APP_COMMANDS_CLUSTER_LIST_H
#define WEFT_APP_COMMANDS_CLUSTER_LIST_H

#include "app/options.h"

int cluster_list(const struct options *options);

#endif
