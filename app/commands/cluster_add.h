/* app/commands/cluster_add.h - weft cluster add: what a cluster needs so that weft may work with
 * it.  docs/bring-your-fleet.md */
#ifndef WEFT_APP_COMMANDS_CLUSTER_ADD_H
#define WEFT_APP_COMMANDS_CLUSTER_ADD_H

#include "app/options.h"

int cluster_add(const struct options *options);

#endif
