/* app/commands/plan_status.c - from what a plan shows to the exit status.
 *
 * Refused specs win over changes only where the caller asked for details or nothing else is to be
 * reported, because scripts from before the detailed status take EXIT_CHANGES for "there are
 * changes". */
#include "app/commands/plan_status.h"
#include "app/options.h"

int plan_status_exit(struct plan_status status, bool detailed)
{
    if (status.refused && (detailed || !status.changes))
        return EXIT_REFUSED;
    if (!status.changes)
        return EXIT_CONVERGED;
    return detailed && status.attention ? EXIT_ATTENTION : EXIT_CHANGES;
}
