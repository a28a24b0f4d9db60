/* app/config_path.h - rows of the configuration that are paths. */
#ifndef WEFT_APP_CONFIG_PATH_H
#define WEFT_APP_CONFIG_PATH_H

#include "app/config_schema.h"

/* Ready to open: a path in the file is relative to the file's folder, so that a checkout can be
 * moved; "$CREDENTIALS_DIRECTORY/NAME" is the credential that systemd gave this process, or
 * stays as it is where there are none.  NULL: none is given. */
const char *config_path_resolve(const struct at *at, const char *path);
/* Of a row that is a path. */
void config_path_decode(const struct at *at, const struct schema_field *field, void *object);
#define ROW_PATH(of, key, member, ...)                                                             \
    ROW_TEXT(of, key, member, .null = true, .decode = config_path_decode, __VA_ARGS__)

#endif
