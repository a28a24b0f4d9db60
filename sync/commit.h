/* sync/commit.h - commit objects as plain data.  Private to sync/. */
#ifndef WEFT_SYNC_COMMIT_H
#define WEFT_SYNC_COMMIT_H

#include "sync/private.h"

struct commit {
    struct git_id id, tree;
    struct git_id parent; /* the first; all zero: none */
    struct git_id second; /* the second parent of a merge; all zero: none */
    bool has_parent;
    size_t parents;
    const char *author; /* name */
    int64_t time;       /* of the author; seconds since 1970 */
    const char *message;
};

/* Takes a commit object apart; false: not a commit.  Reads what we need and no more. */
bool commit_parse(struct commit *out, const char *bytes, size_t len, struct arena *arena);
MUST_USE int commit_read(struct commit *out, struct clone *clone, const struct git_id *id,
                         struct arena *arena, struct err *err);
/* What a commit is signed with: its header "gpgsig", and everything else of it. */
struct commit_signature {
    const char *signature; /* armored, its lines as they were made; NULL: it has none */
    const char *rest;      /* the bytes that are signed */
    size_t rest_len;
    int64_t committed; /* seconds since 1970, 0: not given */
};
/* False: two signatures, of which each reader could take another. */
bool commit_take_signature(struct commit_signature *out, const char *bytes, size_t len,
                           struct arena *arena);
/* Whether the object is in the clone.  One that is there and cannot be read is here. */
bool commit_is_here(const struct clone *clone, const struct git_id *id);
/* The commit of weft that a merge brought to its branch as it was: the second parent of a merge of
 * two, which has the very tree of the merge.  1: out; 0: it is no such merge. */
MUST_USE int commit_find_merged(struct commit *out, struct clone *clone, const struct commit *merge,
                                struct arena *arena, struct err *err);
/* The newest commit of weft, from this one up its first parents, or brought by a merge among them:
 * one that has the trailer
 * TRAILER_SOURCE_COMMIT and, unless wanted is NULL, that trailer with just this value.  1: out;
 * 0: none among 1,000, or the history that is here ends before. */
struct commit_trailer {
    const char *token, *value;
};
MUST_USE int commit_find_ours(struct commit *out, struct clone *clone, const struct commit *from,
                              const struct commit_trailer *wanted, struct arena *arena,
                              struct err *err);
/* 40 hex digits (lower case); false: not an id. */
bool commit_parse_id(struct git_id *out, const char *hex);

#endif
