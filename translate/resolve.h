/* translate/resolve.h - the steps from specs to a plan, in their order.  Each step has a file of
 * its own. */
#ifndef WEFT_TRANSLATE_RESOLVE_H
#define WEFT_TRANSLATE_RESOLVE_H

#include "translate/translate.h"

/* before is the output branch as it is (records and previous files below output.path). */
MUST_USE int translate_resolve(struct plan *out, const struct specs *specs,
                               const struct translate_options *options,
                               const struct tree_reader *before, struct arena *arena,
                               struct err *err);
/* Something of a plan is INVALID or FAILED. */
bool resolve_is_refused(const struct plan *plan);

#endif
