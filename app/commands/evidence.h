/* app/commands/evidence.h - weft evidence. */
#ifndef WEFT_APP_COMMANDS_EVIDENCE_H
#define WEFT_APP_COMMANDS_EVIDENCE_H

#include "app/options.h"

int evidence_main(const struct options *options); /* the exit status */

#endif
