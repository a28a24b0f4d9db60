/* app/commands/log_report.h - the events of weft log as a table and as JSON. */
#ifndef WEFT_APP_COMMANDS_LOG_REPORT_H
#define WEFT_APP_COMMANDS_LOG_REPORT_H

#include "app/audit/audit_event.h"
#include "base/text.h"

struct log_report {
    const char *branch;
    struct audit_event *events; /* newest first */
    size_t count;
};

void log_report_table(struct text *out, const struct log_report *report, struct arena *arena);
void log_report_json(struct text *out, const struct log_report *report, struct arena *arena);

#endif
