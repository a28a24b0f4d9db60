/* app/commands/explain_report.h - what weft explain found, for people and programs. */
#ifndef WEFT_APP_COMMANDS_EXPLAIN_REPORT_H
#define WEFT_APP_COMMANDS_EXPLAIN_REPORT_H

#include "translate/call.h"

struct explain_report {
    struct call *calls; /* one for each cluster that has the Service, sorted by cluster */
    size_t call_count;
};

/* A paragraph and a table for each call. */
void explain_report_table(struct text *out, const struct explain_report *report,
                          struct arena *arena);
void explain_report_json(struct text *out, const struct explain_report *report,
                         struct arena *arena);
/* Each call is possible, at least for some requests. */
bool explain_report_is_open(const struct explain_report *report);

#endif
