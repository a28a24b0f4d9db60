/* ci/plan.h - what the next pass would do, for terminals, pull requests and scripts. */
#ifndef WEFT_CI_PLAN_H
#define WEFT_CI_PLAN_H

#include "ci/effects.h"
#include "report/report.h"

enum plan_format { PLAN_TABLE, PLAN_MARKDOWN, PLAN_JSON };
extern const struct enum_table plan_formats; /* "table", "markdown", "json" */

/* effects NULL: not asked for.  diff: of the manifests; NULL: not asked for. */
void plan_print(struct text *out, const struct report *report, const struct plan_effects *effects,
                const char *diff, enum plan_format format, struct arena *arena);
bool plan_empty(const struct report *report); /* nothing to do */
struct node *plan_node(const struct report *report, const struct plan_effects *effects,
                       const char *diff, struct arena *arena); /* the same as JSON */
/* Files by cluster and kind. */
struct table plan_files_table(const struct report *report, struct arena *arena);
/* Someone should look at it first: an effect that needs attention, something that is taken away, a
 * step of a rotation, or effects that are not known. */
bool plan_attention(const struct report *report, const struct plan_effects *effects);

#endif
