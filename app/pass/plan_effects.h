/* app/pass/plan_effects.h - what the next pass means, compared with the last one. */
#ifndef WEFT_APP_PASS_PLAN_EFFECTS_H
#define WEFT_APP_PASS_PLAN_EFFECTS_H

#include "app/pass/outcome.h"
#include "ci/effects.h"

/* Compares the plan of a dry pass with the specs commit that the output branch names; what cannot
 * be compared is said in missing. */
void plan_effects_find(struct plan_effects *out, const struct outcome *outcome,
                       const struct session *session);
/* The specs of a plan as Mermaid; NULL: too large to be read in a comment. */
const char *plan_effects_graph(const struct plan *plan, struct arena *arena);

#endif
