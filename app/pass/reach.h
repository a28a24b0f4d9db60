/* app/pass/reach.h - which clusters do not answer, in this pass and in the one before. */
#ifndef WEFT_APP_PASS_REACH_H
#define WEFT_APP_PASS_REACH_H

#include "api/finding.h"
#include "app/pass/observe.h"
#include "state/ledger.h"

enum reach {
    REACH_UNWATCHED, /* the configuration names no API server of the cluster */
    REACH_ANSWERS,
    REACH_REFUSES,     /* it answers, but weft lacks a right */
    REACH_UNREACHABLE, /* no answer within the limits of a pass */
};
enum reach reach_of(const struct observation *observation);

/* Adds a warning (K7, K8) for each virtual mesh with trust in a cluster that does not answer or
 * denies access. */
void reach_remark(struct findings *remarks, const struct plan *plan,
                  const struct observed *observed);
/* Whether the cluster did not answer in the last pass that the ledger knows.  A state written
 * before FACT_UNREACHABLE has that only in the warnings of the virtual mesh ("namespace/name"). */
bool reach_was_unreachable(const struct ledger *ledger, const char *virtual_mesh,
                           const char *cluster, struct arena *arena);
/* Puts the clusters that do not answer into the ledger, for the next pass; the caller saves it. */
void reach_remember(struct ledger *ledger, const struct observed *observed, struct arena *arena);

#endif
