/* app/commands/review.h - weft review. */
#ifndef WEFT_APP_COMMANDS_REVIEW_H
#define WEFT_APP_COMMANDS_REVIEW_H

#include "app/options.h"

int review_main(const struct options *options); /* the exit status */

#endif
