/* app/commands/verify_report.h - what weft verify found, as a table and as JSON. */
#ifndef WEFT_APP_COMMANDS_VERIFY_REPORT_H
#define WEFT_APP_COMMANDS_VERIFY_REPORT_H

#include "app/audit/audit_report.h"
#include "base/text.h"

void verify_report_table(struct text *out, const struct audit_report *report, struct arena *arena);
void verify_report_json(struct text *out, const struct audit_report *report, struct arena *arena);

#endif
