/* app/pass/trusted.h - what the trust stage made of a pass. */
#ifndef WEFT_APP_PASS_TRUSTED_H
#define WEFT_APP_PASS_TRUSTED_H

#include "api/finding.h"
#include "base/map.h"
#include "pki/trust_plan.h"
#include "report/report.h"
#include "translate/translate.h"

struct trusted {
    struct plan plan; /* with the statuses for the records; a virtual mesh whose deployed root the
                         ledger does not know has no request there, and keeps its trust */
    struct trust_plan decided; /* about the trust, once for all that act on it */
    struct findings remarks;   /* about virtual meshes, and about the output branch */
    struct report_due *due;    /* certificates that are due (dry) or were issued, for outputs */
    size_t due_count;
    struct map *proven; /* by path: deliveries that the self-test of this pass has seen */
};

#endif
