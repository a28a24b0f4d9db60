/* ci/review.h - what a reviewer of a change of the specs should know, as one document: the
 * mistakes, what the change means, and what differs in the manifests. */
#ifndef WEFT_CI_REVIEW_H
#define WEFT_CI_REVIEW_H

#include "ci/plan.h"

/* From good to bad; the first three leave the specs usable. */
enum review_verdict { REVIEW_UNCHANGED, REVIEW_SAFE, REVIEW_ATTENTION, REVIEW_REFUSED };
extern const struct enum_table review_verdicts; /* "unchanged", "safe", "attention", "refused" */

struct review {
    const char *marker; /* the first line: "<!-- weft:review:specs -->" */
    enum review_verdict verdict;
    size_t mistakes, warnings, files; /* of the head */
    const struct report *report;      /* of a comparison */
    const struct plan_effects *effects;
    const char *diff; /* "": nothing differs */
};

/* "2 mistakes, 1 warning; 3 effects, 1 of them needs attention; 4 files in 2 clusters" */
const char *review_summary(const struct review *review, struct arena *arena);
/* At most max bytes (0: any number): what does not fit is left out from the end, line by line, and
 * counted in a last line, so that it never breaks a forge's limit. */
void review_markdown(struct text *out, const struct review *review, size_t max,
                     struct arena *arena);
/* One object of kind Review: verdict, mistakes, warnings, files, and plan. */
void review_json(struct text *out, const struct review *review, struct arena *arena);

#endif
