/* app/pass/outcome.c - what came of a pass; makes nothing itself.
 *
 * Refused is neither failed nor converged: what is left was served, but a person has to look, and
 * the exit status shows it (docs/operations.md). */
#include "app/pass/outcome.h"
#include "translate/resolve.h"

bool outcome_is_refused(const struct outcome *outcome)
{
    return outcome->resolved.diags.errors || resolve_is_refused(&outcome->plan)
           || discovered_waits(&outcome->discovered) || outcome->published.split_refused;
}

void outcome_close(struct outcome *outcome)
{
    pass_observe_close(&outcome->observed);
    pass_discover_close(&outcome->discovered);
    inputs_close(&outcome->inputs);
}
