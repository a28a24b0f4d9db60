/* sync/commit_chain.h - the chain of weft's commits on a branch.  Private to sync/.
 *
 * Two trailers bind a commit to the previous one of weft, whatever others committed in between:
 *
 *     Weft-Previous-Commit: <its id>, or "none"
 *     Weft-Chain: sha256:<hex>     of the previous chain and of this commit
 *
 * The chain has no key, so a writer with the right to push can compute another one.  It finds
 * commits that were edited, dropped, moved or replayed by a rebase; signatures say who made them.
 */
#ifndef WEFT_SYNC_COMMIT_CHAIN_H
#define WEFT_SYNC_COMMIT_CHAIN_H

#include "base/text.h"
#include "sync/commit.h"

/* Of SHA-256 over the previous chain ("" for the first commit), a newline, and the commit object
 * (gitformat) without its parents, its signature and its trailer Weft-Chain: "sha256:<hex>", in the
 * arena. */
const char *commit_chain_of(const char *previous, const char *bytes, size_t len,
                            struct arena *arena);
/* Appends the trailer to a commit object that ends with trailers. */
void commit_chain_add(struct text *commit, const char *previous, struct arena *arena);

/* The previous commit of weft below a tip. */
struct commit_previous {
    const char *id;    /* "none" */
    const char *chain; /* ""; commits of an older weft have none */
};
MUST_USE int commit_chain_previous(struct commit_previous *out, struct clone *clone,
                                   const char *tip, struct arena *arena, struct err *err);

#endif
