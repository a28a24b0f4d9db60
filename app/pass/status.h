/* app/pass/status.h - statuses of a pass, to the ledger and the API server. */
#ifndef WEFT_APP_PASS_STATUS_H
#define WEFT_APP_PASS_STATUS_H

#include "app/pass/session.h"
#include "app/pass/status_facts.h"
#include "k8s-job/apply/status.h"

struct posted {               /* what became of statuses on the management cluster */
    struct status_post *list; /* NULL: nothing was posted */
    size_t count;
};

/* Posts the status of each object with its Events, and records those of virtual meshes in the
 * ledger; a dry pass does neither. */
void pass_status(struct posted *out, struct session *session, const struct status_facts *facts);

#endif
