/* app/config_schema.h - the table of the configuration's keys (api/schema.h). */
#ifndef WEFT_APP_CONFIG_SCHEMA_H
#define WEFT_APP_CONFIG_SCHEMA_H

#include "api/schema.h"

/* What decodes it: rows of paths need the folder of the file. */
struct config_decoder {
    struct decoder decoder; /* first: the place in a document points to it */
    const char *folder;     /* "" or with a slash at the end */
};

extern const struct schema config_schema; /* of struct config */

#endif
