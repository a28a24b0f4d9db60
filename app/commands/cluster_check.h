/* app/commands/cluster_check.h - weft cluster check: rights, credentials and readiness of clusters.
 */
#ifndef WEFT_APP_COMMANDS_CLUSTER_CHECK_H
#define WEFT_APP_COMMANDS_CLUSTER_CHECK_H

#include "app/options.h"

int cluster_check(const struct options *options);

#endif
