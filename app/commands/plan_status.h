/* app/commands/plan_status.h - the exit status of whatever shows a plan. */
#ifndef WEFT_APP_COMMANDS_PLAN_STATUS_H
#define WEFT_APP_COMMANDS_PLAN_STATUS_H

#include <stdbool.h>

struct plan_status {
    bool changes;   /* there is something to do */
    bool refused;   /* specs are refused */
    bool attention; /* of the changes */
};

/* 4 for changes, 3 when there is none and specs are refused, 0.  detailed: the worst comes first: 3
 * also beside changes, then 5 for changes that need attention. */
int plan_status_exit(struct plan_status status, bool detailed);

#endif
