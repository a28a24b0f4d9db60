/* app/pass/agents.h - what the agents of clusters that make their own keys ask for and report, read
 * once in a pass from the API server of each (docs/delivery.md). */
#ifndef WEFT_APP_PASS_AGENTS_H
#define WEFT_APP_PASS_AGENTS_H

#include "app/pass/observe.h"
#include "app/pass/requests.h"
#include "app/pass/resolve.h"
#include "app/pass/trusted.h"
#include "pki/csr_request.h"
#include "pki/csr_spare.h"

struct agents {
    struct csr_spare *spares;    /* one for each istiod namespace of such clusters */
    struct agent_report {        /* in the same order */
        bool proven;             /* it is from the cluster, for this istiod, and can be read */
        struct csr_request said; /* when proven */
    } * reports;
    size_t count;
};

/* Asks all at once.  What cannot be read or is not proven is a spare without a key, which says why,
 * and a warning of a pass that is not dry.  Kept in the session, which closes it. */
const struct agents *agents_read(struct session *session, const struct observed *observed);
/* Those that were asked for; agents NULL: none were. */
struct csr_spares agents_spares(const struct agents *agents);
void agents_close(struct agents *agents);

/* What clusters report that they hold becomes receipts, or takes them back; then saves the ledger.
 * Before any decision. */
MUST_USE int agents_note(struct session *session, const struct resolved_specs *resolved,
                         const struct trusted *trusted, const struct requests *requests,
                         struct err *err);

#endif
