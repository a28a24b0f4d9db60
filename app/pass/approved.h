/* app/pass/approved.h - a plan that was reviewed: what a pass may do, and nothing else. */
#ifndef WEFT_APP_PASS_APPROVED_H
#define WEFT_APP_PASS_APPROVED_H

#include "base/err.h"
#include "report/report.h"

struct approved {
    const char *file;                                         /* of the plan, for errors */
    const char *specs_commit, *inventory_commit, *output_tip; /* "": there is none */
    const char *inputs;           /* digest of all that the rendering depends on */
    const struct change *changes; /* in path order; pending_file(): the content is not known */
    size_t change_count;
    const struct report_due *due; /* virtual_mesh, mesh and what alone */
    size_t due_count;
};

struct inputs;

/* Whether the repositories are still where the plan was made; else ERR_REFUSED with the first
 * difference.  The inventory is not compared: approved_check_inventory does that. */
MUST_USE int approved_check_inputs(const struct approved *approved, const struct inputs *inputs,
                                   struct err *err);
/* The same for a tip that an attempt to push starts from. */
MUST_USE int approved_check_tip(const struct approved *approved, const char *tip, struct err *err);
/* After discovery: the inventory, and the digest of everything. */
MUST_USE int approved_check_inventory(const struct approved *approved, const struct inputs *inputs,
                                      struct err *err);
/* Whether these changes are those of the plan: the same paths with the same blobs; a pending file
 * may have any content, or stay as it is.  ERR_REFUSED names the first that is not. */
MUST_USE int approved_check_changes(const struct approved *approved, const struct change *changes,
                                    size_t count, struct err *err);
/* Whether these certificates and steps are due, and no others. */
MUST_USE int approved_check_due(const struct approved *approved, const struct report_due *due,
                                size_t count, struct err *err);

#endif
