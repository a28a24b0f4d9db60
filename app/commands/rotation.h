/* app/commands/rotation.h - weft rotation. */
#ifndef WEFT_APP_COMMANDS_ROTATION_H
#define WEFT_APP_COMMANDS_ROTATION_H

#include "app/options.h"

int rotation_main(const struct options *options); /* the exit status */

#endif
