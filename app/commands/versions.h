/* app/commands/versions.h - weft version. */
#ifndef WEFT_APP_COMMANDS_VERSIONS_H
#define WEFT_APP_COMMANDS_VERSIONS_H

#include "app/options.h"

int versions_main(const struct options *options);

#endif
