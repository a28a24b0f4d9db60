/* app/specs_commit.h - specs out of commits of the repository that the configuration names. */
#ifndef WEFT_APP_SPECS_COMMIT_H
#define WEFT_APP_SPECS_COMMIT_H

#include "api/specs.h"
#include "app/config.h"
#include "sync/clone.h"

/* What a commit says; start with { .diags = { .arena = arena } }. */
struct specs_commit {
    char id[41];
    struct specs specs;
    struct diags diags;
    size_t files; /* that were read */
};

/* The specs at each of the refs (a branch, a tag, 40 hex digits; NULL: specs.ref), in the order of
 * out; one connection and one clone in the cache for all.  -1 and err when one cannot be fetched or
 * read; ERR_REFUSED when specs.verify refuses one, as a pass would.  Needs command_config before
 * it. */
MUST_USE int specs_commit_read(struct specs_commit *out, const char *const *refs, size_t count,
                               const struct config *config, struct arena *arena, struct err *err);
/* The specs of a commit that is deployed already, in a clone that is open.  Its signature was
 * verified when it was rendered, and its signer may have left since. */
MUST_USE int specs_commit_read_deployed(struct specs_commit *out, struct clone *clone,
                                        const char *commit, const struct config *config,
                                        struct arena *arena, struct err *err);

#endif
