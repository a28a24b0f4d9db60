/* app/audit/audit_report.h - what came of checking a branch. */
#ifndef WEFT_APP_AUDIT_AUDIT_REPORT_H
#define WEFT_APP_AUDIT_AUDIT_REPORT_H

#include "base/arena.h"
#include "base/enums.h"
#include <stdbool.h>

/* In the order in which they are shown; the names are in audit_checks. */
enum audit_check {
    AUDIT_BRANCH,       /* no commit is missing at the end */
    AUDIT_SIGNATURE,    /* who made the commit */
    AUDIT_TRAILERS,     /* complete and in form */
    AUDIT_CHAIN,        /* bound to the previous commit, and to itself */
    AUDIT_COUNTER,      /* none is missing in between */
    AUDIT_FILES,        /* weft changed its own files, and others none of them */
    AUDIT_TRUST,        /* serials, issuers, records, receipts */
    AUDIT_CERTIFICATES, /* the log of certificates only grows, by those of the records */
    AUDIT_RENDER,       /* the same manifests from the same sources */
    AUDIT_CLUSTERS,     /* branches of clusters follow from the output branch; of their commits */
    AUDIT_ATTESTATIONS, /* notes that say what the commits say */
    AUDIT_CHECKS
};
extern const struct enum_table audit_checks;

enum audit_verdict { AUDIT_PROVEN, AUDIT_UNCHECKED, AUDIT_FAILED };
extern const struct enum_table audit_verdicts; /* "proven", "unchecked", "failed" */

struct audit_finding {
    enum audit_check check;
    enum audit_verdict verdict; /* AUDIT_UNCHECKED or AUDIT_FAILED */
    const char *commit;         /* "": of the branch as a whole */
    const char *path;           /* of the file, below output.path; "" */
    long long offset;           /* of the first byte that differs; -1: none */
    const char *text;
};

struct audit_report {
    const char *branch, *first, *last;               /* commits of the range; "" = none */
    size_t commits, ours;                            /* in the range; ours: made by weft */
    size_t verdicts[AUDIT_CHECKS][AUDIT_FAILED + 1]; /* of commits */
    struct audit_finding *findings;
    size_t count;
    struct arena *arena;
};

/* Only where it is configured a check runs on anything: then it is shown. */
bool audit_report_shows(const struct audit_report *report, enum audit_check check);
void audit_report_add(struct audit_report *report, struct audit_finding finding);
/* After all findings of a commit about a check: counts it by the worst of those from from on. */
void audit_report_count(struct audit_report *report, enum audit_check check, size_t from);
/* The worst of all. */
enum audit_verdict audit_report_verdict(const struct audit_report *report);

#endif
