/* app/commands/cluster.h - weft cluster: add, check, list. */
#ifndef WEFT_APP_COMMANDS_CLUSTER_H
#define WEFT_APP_COMMANDS_CLUSTER_H

#include "app/options.h"

int cluster_main(const struct options *options);

#endif
