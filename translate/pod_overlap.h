/* translate/pod_overlap.h - which Services have pods in common. */
#ifndef WEFT_TRANSLATE_POD_OVERLAP_H
#define WEFT_TRANSLATE_POD_OVERLAP_H

#include "translate/resolved.h"

/* An index of all Services of the specs; in the arena. */
struct pod_overlap;
struct pod_overlap *pod_overlap_new(const struct resolved *resolved, struct arena *arena);

/* Whether two Services of one namespace have pods in common, as far as the specs show: by their
 * selectors, and by the labels of their endpoints or, without any, of their Workloads. */
bool pod_overlap_between(const struct pod_overlap *overlap, const struct destination *a,
                         const struct destination *b);

/* Calls visit for each other Service that has pods in common with this one; for some more than
 * once, in no order. */
typedef void pod_overlap_visit(void *context, const struct destination *other);
void pod_overlap_each(const struct pod_overlap *overlap, const struct destination *destination,
                      pod_overlap_visit *visit, void *context);

#endif
