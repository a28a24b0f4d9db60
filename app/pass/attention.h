/* app/pass/attention.h - whether a person has to do something, by what the last pass left in the
 * state.
 */
#ifndef WEFT_APP_PASS_ATTENTION_H
#define WEFT_APP_PASS_ATTENTION_H

#include "api/finding.h"
#include "app/options.h"
#include "state/ledger.h"

struct attention {
    bool needed;
    const char *text;      /* one line: what for, or that there is nothing */
    enum exit_status exit; /* as the last pass ended: EXIT_CONVERGED, EXIT_FAILED, EXIT_REFUSED */
};

struct attention attention_of(const struct ledger *ledger, const struct findings *findings,
                              struct arena *arena);

#endif
