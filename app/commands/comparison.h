/* app/commands/comparison.h - two sides of the specs, and what weft renders of each.  No keys and
 * no output branch, so certificates are left out. */
#ifndef WEFT_APP_COMMANDS_COMPARISON_H
#define WEFT_APP_COMMANDS_COMPARISON_H

#include "app/commands/plan_status.h"
#include "app/config.h"
#include "app/specs_commit.h"
#include "base/blobs.h"
#include "base/filetree.h"
#include "ci/plan.h"

enum { SIDE_BASE, SIDE_HEAD, SIDES };

struct comparison_side {
    struct specs_commit specs; /* id "": of a folder */
    struct plan plan;
    struct filetree *tree;
};

struct comparison {
    const struct config *config; /* NULL: folders, and what rendering does by default */
    struct comparison_side sides[SIDES];
    struct blob_memory *memory;
    struct change *changes; /* sorted by path */
    size_t change_count;
    struct findings findings; /* of the head, all of them */
    struct arena *arena;
};

/* Two refs of the repository of the configuration, each beside its last inventory; NULL:
 * specs.ref. */
MUST_USE int comparison_of_refs(struct comparison *out, const struct config *config,
                                const char *base, const char *head, struct arena *arena,
                                struct err *err);
/* Two folders, each beside the inventory that is named (NULL: none); config NULL: without one.  A
 * base that is not there, or has no file, has no specs. */
MUST_USE int comparison_of_folders(struct comparison *out, const struct config *config,
                                   const char *base, const char *head, const char *inventory,
                                   struct arena *arena, struct err *err);
/* As plain data, for ci/. */
struct report comparison_report(const struct comparison *at);
struct plan_effects comparison_effects(const struct comparison *at);
/* Appends the text diff of all files. */
MUST_USE int comparison_diff(struct text *out, const struct comparison *at, struct err *err);
/* report and effects: its own. */
struct plan_status comparison_status(const struct comparison *at, const struct report *report,
                                     const struct plan_effects *effects);

#endif
