/* pki/unmerged.h - what clusters still have while what replaces it waits in a pull request: until
 * when that can wait.  Reads the ledger and a record; decides nothing. */
#ifndef WEFT_PKI_UNMERGED_H
#define WEFT_PKI_UNMERGED_H

#include "api/record.h"
#include "pki/trust_remark.h"
#include "rotation/evidence.h"
#include "state/ledger.h"

struct unmerged {
    const struct ledger *ledger;
    struct object_ref virtual_mesh;
    const struct record *published; /* its record on the output branch; NULL: none */
    const char *where;              /* "pull request #3", for people */
    int64_t since; /* when something was first proposed there, seconds since 1970 */
    int64_t now;
    const struct evidence_policy *policy;
};

/* T13 for each intermediate that nears its end and whose successor waits; T14 for a step of a
 * rotation that has waited for longer than evidence.failAfter, or that the old root cannot wait
 * for. */
void unmerged_remark(struct findings *remarks, const struct unmerged *in);

#endif
