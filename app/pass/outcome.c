/* app/pass/outcome.c - what came of a pass; makes nothing itself. */
#include "app/pass/outcome.h"
#include "translate/resolve.h"

bool outcome_is_refused(const struct outcome *outcome)
{
    return outcome->resolved.diags.errors || resolve_is_refused(&outcome->plan)
           || discovered_waits(&outcome->discovered);
}

void outcome_close(struct outcome *outcome)
{
    pass_observe_close(&outcome->observed);
    pass_discover_close(&outcome->discovered);
    inputs_close(&outcome->inputs);
}
