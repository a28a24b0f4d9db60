/* ci/effects.h - what a change of the specs means, for terminals, pull requests and scripts. */
#ifndef WEFT_CI_EFFECTS_H
#define WEFT_CI_EFFECTS_H

#include "base/node.h"
#include "base/text.h"
#include "ci/table.h"
#include "translate/effect.h"

/* What a plan says of effects. */
struct plan_effects {
    struct effects found;
    const char *since;   /* the specs commit that they are compared with; "": nothing was there */
    const char *missing; /* why effects are not known; NULL: they are */
    const char *graph;   /* of the specs, as Mermaid; NULL: none, or it is too large */
};

/* A row for each. */
struct table effects_table(const struct effects *effects, struct arena *arena);
/* A list: effect, kind, object, text, others, total, attention. */
struct node *effects_node(const struct effects *effects, struct arena *arena);
/* "Compared with the specs at ...:", or why there is nothing to compare; with its newline. */
void effects_headline(struct text *out, const struct plan_effects *effects);

#endif
