/* app/commands/report_html.h - a fleet as one page of HTML. */
#ifndef WEFT_APP_COMMANDS_REPORT_HTML_H
#define WEFT_APP_COMMANDS_REPORT_HTML_H

#include "api/finding.h"
#include "app/audit/audit_trust.h"
#include "sync/history.h"
#include "translate/translate.h"

struct report_html {
    const struct plan *plan;
    const struct specs *specs;
    const struct findings *findings;
    const struct audit_trust *trust;      /* of the output branch; NULL: it was not read */
    const struct history_commit *commits; /* its last ones, newest first */
    size_t commit_count;
    const char *branch_missing; /* why the output branch was not read; NULL: it was */
    int64_t now;
};

/* Appends the page.  The same content gives the same bytes. */
void report_html_write(struct text *out, const struct report_html *content, struct arena *arena);

#endif
