/* app/commands/validate_report.h - how weft validate prints what it found. */
#ifndef WEFT_APP_COMMANDS_VALIDATE_REPORT_H
#define WEFT_APP_COMMANDS_VALIDATE_REPORT_H

#include "app/commands/inventory_source.h"
#include "app/commands/verdict.h"
#include "app/options.h"

struct validation {
    struct specs specs;
    struct diags diags;
    struct inventory_source inventory;
    struct findings remarks;  /* of specs and inventory together */
    struct findings findings; /* all of them */
    struct verdict verdict;
    size_t files;
    const char *folder; /* of the specs: on disk, or in the repository ("": its root) */
    struct arena *arena;
};

/* Prints in the form that the options ask for. */
void validate_report(const struct validation *validation, const struct options *options);
/* What a review keeps for CI systems. */
void validate_report_sarif(struct text *out, const struct validation *validation);
void validate_report_junit(struct text *out, const struct validation *validation);

#endif
