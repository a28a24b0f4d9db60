/* app/commands/render.h - weft render. */
#ifndef WEFT_APP_COMMANDS_RENDER_H
#define WEFT_APP_COMMANDS_RENDER_H

#include "app/options.h"

int render_main(const struct options *options); /* the exit status */

#endif
