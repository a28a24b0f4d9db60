/* report/sarif.h - findings as SARIF 2.1.0 (OASIS, errata 01), for code scanning and editors. */
#ifndef WEFT_REPORT_SARIF_H
#define WEFT_REPORT_SARIF_H

#include "api/finding.h"

struct sarif_rule { /* what the catalogue says of an id */
    const char *id, *meaning;
    const char *remedy; /* "": nothing is documented */
    const char *page;   /* "docs/translation.md#..." */
};

/* What the run was; texts are not copied. */
struct sarif_run {
    const char *version; /* of weft: "0.3.0" */
    const struct sarif_rule *rules;
    size_t rule_count;  /* the whole catalogue: only rules with results are written */
    const char *folder; /* of the specs: where findings without a file are shown */
};

/* One log with one run, errors first.  Each result has the rule, a place that GitHub accepts (a
 * relative URI, 3.4.4; columns in characters, 3.14.17), the object as a logical location, and a
 * fingerprint that stays when lines move.  A text of others becomes neither a placeholder nor a
 * link (3.11.5, 3.11.6). */
void sarif_write(struct text *out, const struct findings *findings, const struct sarif_run *run);

#endif
