/* app/commands/branch_view.h - the output branch with its history, for commands that look at it. */
#ifndef WEFT_APP_COMMANDS_BRANCH_VIEW_H
#define WEFT_APP_COMMANDS_BRANCH_VIEW_H

#include "app/pass/inputs.h"
#include "sync/history.h"

/* Start with { 0 }; branch_view_close also after a failure. */
struct branch_view {
    struct session session;
    struct options options;
    struct progress progress;
    struct inputs inputs; /* the output branch alone */
};

/* Fetches the branch, quietly, into the clone of the passes; where there is none yet, config names
 * a temporary one.  ERR_INPUT: the branch does not exist. */
MUST_USE int branch_view_open(struct branch_view *out, struct config *config,
                              const struct options *options, struct arena *arena, struct err *err);
void branch_view_close(struct branch_view *view);
#define AUTO_VIEW __attribute__((cleanup(branch_view_close))) struct branch_view

#endif
