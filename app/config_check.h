/* app/config_check.h - what can be said of a configuration before any work is done: with the place
 * of the key, so that nothing is issued on the way to a failure that was certain. */
#ifndef WEFT_APP_CONFIG_CHECK_H
#define WEFT_APP_CONFIG_CHECK_H

#include "api/specs.h"
#include "app/config.h"

/* By the text alone. */
void config_check_urls(const struct config *config, struct arena *arena, struct diags *diags);
/* By what is on this machine's disk now: for commands that read specs or write the state. */
void config_check_disk(const struct config *config, struct arena *arena, struct diags *diags);
/* A warning for each cluster of the configuration that no Mesh of the specs is in, with the nearest
 * name. */
void config_check_clusters(const struct config *config, const struct specs *specs,
                           struct arena *arena, struct diags *diags);

#endif
