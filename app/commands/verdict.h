/* app/commands/verdict.h - what a list of findings amounts to. */
#ifndef WEFT_APP_COMMANDS_VERDICT_H
#define WEFT_APP_COMMANDS_VERDICT_H

#include "api/finding.h"

/* In lines as they are printed.  What follows from another mistake is no mistake itself. */
struct verdict {
    size_t mistakes, consequences, warnings;
};

/* Of all findings; diags: of the same specs, for those that were counted and not kept. */
struct verdict verdict_of(const struct findings *findings, const struct diags *diags);

#endif
