/* app/pass/branch_reset.h - somebody set the output branch back: what clusters load from it is not
 * what weft gave them last. */
#ifndef WEFT_APP_PASS_BRANCH_RESET_H
#define WEFT_APP_PASS_BRANCH_RESET_H

#include "app/pass/inputs.h"

/* Whether a delivered secret on the branch is not the one that was pushed last: the branch was
 * reset, reverted, or made anew. */
MUST_USE int branch_reset_find(bool *reverted, struct session *session, const struct inputs *inputs,
                               struct err *err);

#endif
