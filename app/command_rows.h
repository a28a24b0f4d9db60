/* app/command_rows.h - the commands of weft. */
#ifndef WEFT_APP_COMMAND_ROWS_H
#define WEFT_APP_COMMAND_ROWS_H

#include "app/options.h"

/* In the order of the overview; the last one has a NULL name. */
const struct command *command_rows(void);

#endif
