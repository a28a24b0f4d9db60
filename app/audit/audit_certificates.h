/* app/audit/audit_certificates.h - whether the certificate log of each commit continues that of the
 * one before, and agrees with the records. */
#ifndef WEFT_APP_AUDIT_AUDIT_CERTIFICATES_H
#define WEFT_APP_AUDIT_AUDIT_CERTIFICATES_H

#include "app/audit/audit_entry.h"
#include "app/audit/audit_report.h"
#include "sync/snapshot.h"

/* What the last check computed, for logs that most commits leave as they are.  Starts as { 0 }. */
struct audit_certificates {
    const char *commit; /* of it */
    const char *summary;
};

struct audit_certificates_commit {
    struct audit_report *report; /* takes what is wrong */
    struct clone *clone;
    const struct audit_entry *entry;    /* of this commit, which is weft's */
    const struct audit_entry *previous; /* of weft's commit before; commit NULL: none */
    bool cut;                           /* commits before this one are not here */
    const char *folder;                 /* output.path */
    struct snapshot *after;
};

/* It had no log yet, and needs none. */
enum { AUDIT_CERTIFICATES_NONE = 1 };

/* The trailer has size and root of the file; the file begins with that of weft's commit before,
 * byte for byte; what it adds is the certificates of the records that were not in it, and nothing
 * else. A log that begins has exactly those of the records.  Once it has begun, no commit of weft
 * is without it. */
MUST_USE int audit_certificates_check(struct audit_certificates *last,
                                      const struct audit_certificates_commit *commit,
                                      struct arena *arena, struct err *err);

#endif
