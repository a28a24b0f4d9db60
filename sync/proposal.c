/* sync/proposal.c - judges a proposal branch before it is pushed to.  Changes nothing.
 *
 * What counts is the tree, because reviewers see it and merges keep it; messages and ids may be
 * rewritten.  The branch is current when merging it gives exactly the wanted tree: it has that
 * tree, and the target's tip is among its ancestors, so no merge has another side.  A merge of the
 * target into the branch by the forge ("Update branch") keeps that true.  A proposal that is in the
 * target already is not current, although its tree may be the wanted one again after a revert: the
 * forge would see nothing to merge.
 *
 * Only two kinds of tips are replaced: one that this state pushed, by its id, and one that the
 * target has.  A trailer would prove nothing, for a person who amends weft's commit keeps its
 * message.  Where history is missing here, the answer is that the tip is someone else's. */
#include "sync/proposal.h"

#include "base/clock.h"
#include "sync/commit.h"
#include "sync/private.h"

/* Whether below is tip or one of its ancestors. */
static bool has(struct clone *clone, const char *tip, const char *below)
{
    git_oid from, to;

    if (!*below || !*tip)
        return false;
    if (strcmp(tip, below) == 0)
        return true;
    return git_oid_fromstr(&from, tip) == 0 && git_oid_fromstr(&to, below) == 0
           && git_graph_descendant_of(clone->repo, &from, &to) == 1;
}

static int refuse(const struct proposal_look *look, const struct commit *tip, struct arena *arena,
                  struct err *err)
{
    const char *name = look->request->proposal->name;

    return err_set(err, ERR_REFUSED, 0,
                   "proposal branch %s: commit %.12s by %s on %s was not pushed by this weft, and "
                   "would be lost: nothing was pushed.  Merge the pull request, or move that "
                   "commit to another branch and delete %s; the next pass makes it again",
                   name, look->tip, tip->author, clock_text(tip->time, arena), name);
}

int proposal_is_current(struct clone *clone, const struct proposal_look *look, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct publish_request *request = look->request;
    struct commit tip;
    struct git_id id;

    if (!*look->tip)
        return 0;
    if (!commit_parse_id(&id, look->tip) || commit_read(&tip, clone, &id, arena, err) < 0)
        return err_wrap(err, "read the proposal branch %s", request->proposal->name);
    if (has(clone, look->target, look->tip))
        return 0;
    if (git_id_equal(&tip.tree, &look->tree)
        && (!*look->target || has(clone, look->tip, look->target)))
        return 1;
    return request->proposal->is_ours(request->context, look->tip) ? 0
                                                                   : refuse(look, &tip, arena, err);
}
