/* app/commands/plan_status.c - from what a plan shows to the exit status. */
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
