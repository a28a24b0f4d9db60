/* report/report_json.h - a pass as JSON for pipelines, and a status as kubectl shows it.
 * docs/operations.md */
#ifndef WEFT_REPORT_REPORT_JSON_H
#define WEFT_REPORT_REPORT_JSON_H

#include "report/report.h"

/* The file of --report, with a newline at its end. */
void report_json(struct text *out, const struct report *report, struct arena *arena);
/* The object of a status as YAML, so that "kubectl apply" and people read the same file. */
void report_status_yaml(struct text *out, const struct vm_status *status, struct arena *arena);

/* Parts that the JSON of a plan has as well: lists. */
/* Of a report that has an inventory branch. */
struct node *report_inventory_node(const struct report *report, struct arena *arena);
struct node *report_due_node(const struct report *report, struct arena *arena);
/* full: every Destination; else only those that are not simply accepted. */
struct node *report_statuses_node(const struct report *report, bool full, struct arena *arena);
struct node *report_policies_node(const struct report *report, struct arena *arena);
/* Each diag as one printed line. */
struct node *report_diags_node(const struct report *report, struct arena *arena);
/* What waits for a pull request. */
struct node *report_proposal_node(const struct report_proposal *proposal, struct arena *arena);

#endif
