/* app/commands/discover_diff.h - weft discover --diff: what was found beside the inventory, or
 * beside written objects, for people and programs. */
#ifndef WEFT_APP_COMMANDS_DISCOVER_DIFF_H
#define WEFT_APP_COMMANDS_DISCOVER_DIFF_H

#include "app/commands/discover_report.h"
#include "discovery/comparison.h"

struct discover_diff {
    const struct comparison *comparison;
    const char *with;                     /* "inventory 0123456789ab of the state" */
    bool specs;                           /* people wrote them, so what is equal may be deleted */
    const struct discover_report *report; /* of the clusters */
};

void discover_diff_text(struct text *out, const struct discover_diff *diff);
struct node *discover_diff_node(const struct discover_diff *diff);
/* 4 when something differs, else that of the report. */
int discover_diff_status(const struct discover_diff *diff);

#endif
