/* app/pass/subject.h - the first line of a commit on the output branch: what happened, so that
 * `git log --oneline` is the timeline.  Pure. */
#ifndef WEFT_APP_PASS_SUBJECT_H
#define WEFT_APP_PASS_SUBJECT_H

#include "state/ledger.h"
#include "sync/publish.h"
#include "translate/translate.h"

struct subject_facts {
    const struct ledger *ledger;
    const struct plan *plan;       /* with the statuses that the records have */
    const struct tree_reader *tip; /* the output branch as it was, below output.path */
    const char *specs_commit;
    const struct change *changes; /* of the commit */
    size_t change_count;
};

/* Trust first, manifests last, what is left out counted:
 *
 *     rotation gloo-mesh/shop 2/3: intermediates under root 15606874
 *     issue gloo-mesh/shop: root 15606874, 2 intermediates; render specs at 5fba2c3072ad: +10 files
 * in 2 clusters renew gloo-mesh/shop: intermediate of cluster-1
 *
 * In the arena. */
const char *subject_of(const struct subject_facts *facts, struct arena *arena);

#endif
