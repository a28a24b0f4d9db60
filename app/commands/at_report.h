/* app/commands/at_report.h - the fleet of one commit as tables and as JSON. */
#ifndef WEFT_APP_COMMANDS_AT_REPORT_H
#define WEFT_APP_COMMANDS_AT_REPORT_H

#include "app/audit/audit_entry.h"
#include "app/audit/audit_trust.h"
#include "base/text.h"

struct at_report {
    int64_t at; /* seconds since 1970 */
    struct audit_entry entry;
    struct audit_trust trust;
    const char **clusters; /* that have files, sorted */
    size_t cluster_count;
};

void at_report_table(struct text *out, const struct at_report *report, struct arena *arena);
void at_report_json(struct text *out, const struct at_report *report, struct arena *arena);

#endif
