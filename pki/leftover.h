/* pki/leftover.h - intermediates that a pass made and did not come to use, because it was killed or
 * its plan could not be applied. */
#ifndef WEFT_PKI_LEFTOVER_H
#define WEFT_PKI_LEFTOVER_H

#include "pki/trust.h"
#include "rotation/rotation.h"

/* The one that is what this issue asks for: same mesh, same CA, made with the options that are
 * wanted now, and weft holds its key.  It is used, and no other is made.  NULL: there is none. */
struct ledger_intermediate *leftover_find(struct ledger *ledger,
                                          const struct trust_request *request,
                                          const struct rotation_issue *issue,
                                          const struct issue_options *options);
/* Destroys the keys of those of the request that none of these issues asks for: nothing has ever
 * used them. */
void leftover_drop(struct ledger *ledger, const struct trust_request *request,
                   const struct rotation_issue *issues, size_t count,
                   const struct issue_options *options);

#endif
