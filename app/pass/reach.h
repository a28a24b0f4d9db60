/* app/pass/reach.h - clusters that do not answer: in this pass, and in the one before. */
#ifndef WEFT_APP_PASS_REACH_H
#define WEFT_APP_PASS_REACH_H

#include "api/finding.h"
#include "app/pass/observe.h"
#include "state/ledger.h"

enum reach {
    REACH_UNWATCHED, /* the configuration names no API server of the cluster */
    REACH_ANSWERS,
    REACH_REFUSES, /* it answers, and weft lacks a right */
    REACH_SILENT,
};
enum reach reach_of(const struct observation *observation);

/* A warning for each virtual mesh with trust in a cluster that does not answer, or refuses. */
void reach_remark(struct findings *remarks, const struct plan *plan,
                  const struct observed *observed);
/* The cluster did not answer the pass that was remembered last.  A state of an older weft has that
 * only in the warnings of the virtual mesh ("namespace/name"). */
bool reach_was_silent(const struct ledger *ledger, const char *virtual_mesh, const char *cluster,
                      struct arena *arena);
/* Remembers for the next pass which clusters did not answer.  Not saved. */
void reach_remember(struct ledger *ledger, const struct observed *observed, struct arena *arena);

#endif
