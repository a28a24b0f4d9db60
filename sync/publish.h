/* sync/publish.h - a file tree as one commit on the output branch: never forced, never over
 * the work of others.  docs/architecture.md */
#ifndef WEFT_SYNC_PUBLISH_H
#define WEFT_SYNC_PUBLISH_H

#include "base/enums.h"
#include "sync/clone.h"

/* The trailer by which weft knows its own commits: it has to be among those of a request. */
#define TRAILER_SOURCE_COMMIT "Weft-Source-Commit"
/* Those that publish adds itself: the previous commit of weft on the branch, or "none", and a
 * digest over the chain of all of them up to this one (sync/commit_chain.h). */
#define TRAILER_PREVIOUS "Weft-Previous-Commit"
#define TRAILER_CHAIN "Weft-Chain"

struct trailer {
    const char *token, *value; /* value is cleaned: one line, no control bytes */
};

/* What would change, or changed. */
enum change_kind { CHANGE_ADDED, CHANGE_CHANGED, CHANGE_REMOVED };
extern const struct enum_table change_kinds; /* "added", "changed", "removed" */
struct change {
    enum change_kind kind;
    const char *path; /* relative to the output path */
    struct git_id before, after;
};

/* A branch that a commit goes to in place of the branch itself, for people to merge.  It is one
 * commit on top of the branch's tip, and it is replaced when it is another one.  What weft did not
 * put there is never replaced. */
struct proposal_branch {
    const char *name; /* "rendered-proposal" */
    /* Whether this state pushed that commit there. */
    bool (*is_ours)(void *context, const char *commit);
    /* Called before the push: remembers the commit, so that is_ours holds whatever becomes of this
     * process. */
    int (*intend)(void *context, const char *commit, struct err *err);
};

struct publish_request {
    const char *branch; /* "rendered" */
    const char
        *folder; /* output.path; "" = root.  weft owns the paths below it that owns() accepts */
    const char *author_name, *author_email;
    int64_t now;
    const char *subject; /* first line of the message */
    /* The same, once it is known what changes.  NULL: subject. */
    const char *(*describe)(void *context, const struct change *changes, size_t count);
    const struct trailer *trailers;
    size_t trailer_count;
    /* Builds the tree for a tip (its reader is relative to folder; tree_reader_empty when the
     * branch does not exist). Called again after a lost race. */
    int (*build)(void *context, struct filetree **out, const struct tree_reader *tip,
                 struct arena *arena, struct err *err);
    /* Called before each commit with what would change (never empty); -1 refuses (deletion limit).
     * May be NULL. */
    int (*approve)(void *context, const struct change *changes, size_t count, struct err *err);
    /* Whether a file at this path (relative to folder) with this content is ours; only such files
     * are ever replaced or removed. */
    bool (*owns)(void *context, const char *path, const char *bytes, size_t len);
    /* Whether a file below this directory (relative to folder) could be ours at all: others are not
     * even read.  NULL: all could. */
    bool (*reaches)(void *context, const char *dir);
    /* Whether a file that was set back to what weft had there before is simply corrected again: the
     * revert is not taken as a request.  NULL: none. */
    bool (*asserts)(void *context, const char *path);
    /* Appends the armored signature of a commit, which is these bytes.  NULL: commits are not
     * signed. */
    int (*sign)(void *context, struct text *out, const char *bytes, size_t len, struct err *err);
    void *context;
    const struct proposal_branch *proposal; /* NULL: commits go to branch */
    bool overwrite_drift; /* replace our files that another writer changed on the branch (else
                             ERR_REFUSED that names commit, author, path) */
    bool dry_run;         /* find the changes, write nothing, push nothing */
    int attempts;         /* 0: 5 */
};

struct publish_result {
    char tip[41];    /* the branch as found; "" = did not exist */
    char commit[41]; /* what the branch is now: our commit, or tip when nothing changed */
    bool committed;
    char proposal[41]; /* what the proposal branch is now; "": nothing is proposed */
    bool proposed;     /* that commit was pushed there now */
    const struct change
        *changes; /* in path order; the same blob under shared folders is listed for each path */
    size_t change_count;
    int tries;
};

/* Points of base/fault.h on the way: git.clone, git.fetch, git.object, git.commit, git.propose,
 * git.push.before, git.push.after.
 *
 * No change, no commit.  A missing branch gets an orphan commit.  Pushed without force, with the
 * tip as the value that the server must still have; the per-ref answer and a new listing of refs
 * must both agree, otherwise it is a lost race (try again on the new tip) or a refusal (ERR_GIT
 * with the server's message).
 *
 * With a proposal branch, branch itself is only read.  ERR_REFUSED when the proposal branch has a
 * commit that weft did not push and that branch does not have either. */
MUST_USE int publish(struct publish_result *out, struct clone *clone,
                     const struct publish_request *request, struct arena *arena, struct err *err);

#endif
