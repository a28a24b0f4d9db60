/* app/pass/trailers.h - what a commit on the output branch says of itself. */
#ifndef WEFT_APP_PASS_TRAILERS_H
#define WEFT_APP_PASS_TRAILERS_H

#include "app/audit/audit_entry.h"
#include "app/pass/inputs.h"
#include "sync/publish.h"
#include "translate/translate.h"

enum { TRAILERS_MAX = 155 };

struct trailers {
    struct trailer list[TRAILERS_MAX];
    size_t count;
    struct trailer *counter, *certificates; /* of list: their values are known when a tip is */
};

/* Where the commit comes from and which state made it (app/pass/branch.h), the rotations that are
 * under way, requests of operators, and the artifacts that were pushed of the tip.  The digest of
 * the inputs joins a commit with the report and the ledger. */
void trailers_fill(struct trailers *out, const struct session *session, const struct inputs *inputs,
                   const struct plan *plan);

#endif
