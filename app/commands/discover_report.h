/* app/commands/discover_report.h - what weft discover found, for people and programs. */
#ifndef WEFT_APP_COMMANDS_DISCOVER_REPORT_H
#define WEFT_APP_COMMANDS_DISCOVER_REPORT_H

#include "app/options.h"
#include "discovery/discovery.h"

struct discover_report {
    const struct discovery *clusters;
    const bool *unreachable; /* parallel to clusters: no answer at all; NULL: read from files */
    size_t count;
    struct arena *arena;
};

void discover_report_table(struct text *out, const struct discover_report *report);
void discover_report_json(struct text *out, const struct discover_report *report);
void discover_report_yaml(struct text *out, const struct discover_report *report);
/* What becomes of a Service, "namespace/name", in each cluster that has it; false: none has. */
bool discover_report_explain(struct text *out, const struct discover_report *report,
                             const char *service);
/* 0, 3 when a cluster was refused or removals are held, 1 when no cluster could be read. */
int discover_report_status(const struct discover_report *report);

#endif
