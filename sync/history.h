/* sync/history.h - the commits of a branch with what they say of themselves. */
#ifndef WEFT_SYNC_HISTORY_H
#define WEFT_SYNC_HISTORY_H

#include "sync/publish.h"

struct history_commit {
    char id[41];
    char parent[41]; /* the first one, or of a merge that brought a commit of weft as it was, that
                        commit; "": none */
    size_t parents;  /* how many it has */
    const char *author; /* name */
    int64_t time;       /* of the author, seconds since 1970 */
    const char *subject;
    const struct trailer *trailers;
    size_t trailer_count;
    bool ours; /* made by weft: it has the trailer TRAILER_SOURCE_COMMIT */
};

struct history {
    struct history_commit *commits; /* newest first, each the parent of the one before */
    size_t count;
    bool cut; /* the clone does not have what is below the last one (it is shallow) */
};

/* From tip down to, and without, base; base NULL or not met: to the beginning.  More than
 * HISTORY_MAX commits are an error. */
enum { HISTORY_MAX = 200000 };
MUST_USE int history_read(struct history *out, struct clone *clone, const char *tip,
                          const char *base, struct arena *arena, struct err *err);
/* The first trailer of that name; NULL: none. */
const char *history_trailer(const struct history_commit *commit, const char *token);

/* What the trailer TRAILER_CHAIN of a commit has to say, when that of the previous commit of weft
 * says previous ("": it has none, or there is no such commit). */
MUST_USE int history_chain(const char **out, struct clone *clone, const char *commit,
                           const char *previous, struct arena *arena, struct err *err);

/* The commit that a revision names, as git rev-parse does: the branch, an id or the beginning of
 * one, each with ~N or ^ behind it. */
MUST_USE int history_find(char commit[41], struct clone *clone, const char *branch,
                          const char *revision, struct err *err);
/* What the clone knows of a branch without asking the server; "": nothing. */
void history_seen(char commit[41], struct clone *clone, const char *branch);

#endif
