/* pki/rotation_request.h - an operator's request between two passes: refused when it makes no
 * sense, kept for the next pass, named in the next commit. */
#ifndef WEFT_PKI_ROTATION_REQUEST_H
#define WEFT_PKI_ROTATION_REQUEST_H

#include "base/err.h"
#include "state/ledger.h"

struct rotation_request;

/* After a commit that names the requests of operators: no later one names them again. */
MUST_USE int rotation_request_announced(struct ledger *ledger, struct err *err);

/* The requests of operators that no commit has named yet, for its trailers; "". */
const char *rotation_request_summary(const struct ledger *ledger, const char *virtual_mesh);
MUST_USE int rotation_request_add(struct ledger *ledger, const char *virtual_mesh,
                                  const struct rotation_request *request, struct err *err);

#endif
