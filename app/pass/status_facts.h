/* app/pass/status_facts.h - what the statuses on the management cluster tell of a pass. */
#ifndef WEFT_APP_PASS_STATUS_FACTS_H
#define WEFT_APP_PASS_STATUS_FACTS_H

#include "app/pass/observe.h"
#include "app/pass/restart.h"

struct status_facts {
    const struct specs *specs;
    const struct plan *plan;        /* with the statuses as the pass leaves them */
    const struct findings *trusted; /* remarks of the trust stage */
    const struct observed *observed;
    const struct restarted *restarted;
    const char *specs_commit;
    const char *commit; /* of the output branch; "": there is none */
    bool stopped;       /* the pass failed: what was resolved is not what is served */
};

#endif
