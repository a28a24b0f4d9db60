/* app/config_output.h - which other branches the repository of output.url has. */
#ifndef WEFT_APP_CONFIG_OUTPUT_H
#define WEFT_APP_CONFIG_OUTPUT_H

#include "app/config.h"

/* The short name of the branch in specs.ref; another ref or a commit stays as it is. */
const char *config_output_short_ref(const struct config *config);
/* The branch of the specs, and that of the inventory; NULL: it is in another repository, or
 * discovery is off. */
const char *config_output_specs(const struct config *config, struct arena *arena);
const char *config_output_inventory(const struct config *config, struct arena *arena);

#endif
