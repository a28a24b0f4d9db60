/* app/pass/attention.h - whether a person has to do something, by what the last pass left in the
 * state.
 */
#ifndef WEFT_APP_PASS_ATTENTION_H
#define WEFT_APP_PASS_ATTENTION_H

#include "api/finding.h"
#include "app/config.h"
#include "app/options.h"
#include "rotation/gate.h"
#include "rotation/rotation.h"
#include "state/ledger.h"

struct attention {
    bool needed;
    const char *text;      /* one line: what for, or that there is nothing */
    enum exit_status exit; /* as the last pass ended: EXIT_CONVERGED, EXIT_FAILED, EXIT_REFUSED */
};

/* Counts what waits for a person in the virtual meshes that options select: errors, virtual meshes
 * that are not ACCEPTED, warnings with a remedy, rotations that wait for an approval or are held.
 * findings are those of the same virtual meshes. */
struct attention attention_of(const struct ledger *ledger, const struct findings *findings,
                              const struct config *config, const struct options *options,
                              struct arena *arena);
/* The step of a running rotation that waits for an approval of an operator; 0: none does. */
int attention_approval(const struct rotation *rotation, const struct config *config);
/* The clock of a rotation, as the last pass had it. */
struct gate_clock attention_clock(const struct rotation *rotation, const struct config *config);

#endif
