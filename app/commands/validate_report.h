/* app/commands/validate_report.h - how weft validate prints what it found. */
#ifndef WEFT_APP_COMMANDS_VALIDATE_REPORT_H
#define WEFT_APP_COMMANDS_VALIDATE_REPORT_H

#include "app/commands/inventory_source.h"
#include "app/options.h"

/* What the lines of findings amount to.  What follows from another mistake is no mistake itself. */
struct verdict {
    size_t mistakes, consequences, warnings;
};

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

#endif
