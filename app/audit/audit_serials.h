/* app/audit/audit_serials.h - the certificates of a whole history: what may never be issued twice.
 */
#ifndef WEFT_APP_AUDIT_AUDIT_SERIALS_H
#define WEFT_APP_AUDIT_AUDIT_SERIALS_H

#include "app/audit/audit_report.h"
#include "app/audit/audit_trust.h"

struct audit_serials;
struct audit_serials *audit_serials_new(struct arena *arena);

struct audit_serials_commit {
    struct audit_report *report; /* takes what is wrong */
    const char *id;
    const char *folder;              /* output.path */
    struct snapshot *before, *after; /* before NULL: the first commit */
};

/* To be called for each commit of weft, from the oldest on.  Certificates themselves are encrypted
 * for their clusters, so this checks their public facts in records and receipts: a serial belongs
 * to one certificate of its issuer in all of the history, an intermediate is signed by a root that
 * is active in the same record, validity begins before it ends, the counter of saves never falls,
 * and a receipt names a certificate that some record had. */
MUST_USE int audit_serials_check(struct audit_serials *serials,
                                 const struct audit_serials_commit *commit, struct arena *arena,
                                 struct err *err);

#endif
