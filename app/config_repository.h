/* app/config_repository.h - the tables of the blocks "specs", "output" and "inventory". */
#ifndef WEFT_APP_CONFIG_REPOSITORY_H
#define WEFT_APP_CONFIG_REPOSITORY_H

#include "api/schema.h"

extern const struct schema config_specs_schema;     /* of struct config_specs */
extern const struct schema config_output_schema;    /* of struct config_output */
extern const struct schema config_inventory_schema; /* of struct config_inventory */

#endif
