/* app/pass/requests.h - what the trust of a pass is asked for, between trust.c (what is due and
 * issued) and deliver.c (how it gets to the clusters).  Private to the two. */
#ifndef WEFT_APP_PASS_REQUESTS_H
#define WEFT_APP_PASS_REQUESTS_H

#include "app/pass/trusted.h"

struct requests {
    const struct trust_request **list;
    size_t count;
    struct trust_branch *branches; /* the position of each rotation, as its record has it */
    const struct planned_virtual_mesh **lost; /* whose deployed root the ledger does not know */
    size_t lost_count;
};

#endif
