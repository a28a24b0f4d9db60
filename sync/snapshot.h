/* sync/snapshot.h - one commit of a clone as a read-only tree. */
#ifndef WEFT_SYNC_SNAPSHOT_H
#define WEFT_SYNC_SNAPSHOT_H

#include "sync/clone.h"

/* One commit, read-only. */
struct snapshot;
MUST_USE int snapshot_open(struct snapshot **out, struct clone *clone, const char *commit,
                           struct err *err);
void snapshot_close(struct snapshot *snapshot);
AUTO_DEFINE(struct snapshot, snapshot_close)
const char *snapshot_commit(const struct snapshot *snapshot);
void snapshot_tree(char hex[41], const struct snapshot *snapshot);
int64_t snapshot_time(const struct snapshot *snapshot); /* when it was committed, seconds */
/* Reads below folder ("" = the root); snapshot must outlive it. */
struct tree_reader snapshot_reader(struct snapshot *snapshot, const char *folder,
                                   struct arena *arena);
/* A trailer of the commit's message, or NULL. */
const char *snapshot_trailer(struct snapshot *snapshot, const char *token, struct arena *arena);

/* The signature in the commit's header and the bytes that it is of, both in the arena.  signature
 * is NULL for a commit without one. */
struct snapshot_signature {
    const char *signature; /* armored, as the header has it */
    const char *signed_bytes;
    size_t signed_len;
    int64_t time; /* of the committer, seconds since 1970 */
};
MUST_USE int snapshot_signature(struct snapshot_signature *out, struct snapshot *snapshot,
                                struct arena *arena, struct err *err);

/* Any trailer of that name has just this value, as it was cleaned when it was written. */
bool snapshot_says(struct snapshot *snapshot, const char *token, const char *value);
/* The newest commit of weft, from this one up its first parents; of those whose trailer token has
 * just this value, unless token is NULL.  *out NULL: there is none, or commit is not here. */
MUST_USE int snapshot_find_ours(struct snapshot **out, struct clone *clone, const char *commit,
                                const char *token, const char *value, struct err *err);

/* Visits each entry below folder in path order. skipped says why an entry is not a readable file
 * ("is a symbolic link", "is a submodule", "is 10.0 MB ..."), then bytes is NULL.  Only names that
 * end in one of the suffixes (NULL-ended; in any case of letters) are read. -1 when the folder does
 * not exist or is empty (err says which, and that nothing was deleted because of it), or has more
 * than SNAPSHOT_ENTRIES_MAX entries or 512 MB of files to read. */
enum { SNAPSHOT_ENTRIES_MAX = 200000 };
struct snapshot_file {
    const char *path; /* relative to folder */
    const char *bytes;
    size_t len;
    const char *skipped;
};
struct snapshot_walk {
    const char *folder;          /* NULL or "": the root */
    const char *const *suffixes; /* of the files that are wanted; ended by NULL */
    size_t max;                  /* bytes of one file */
    int (*visit)(void *context, const struct snapshot_file *file, struct err *err);
    void *context;
};
MUST_USE int snapshot_each(struct snapshot *snapshot, const struct snapshot_walk *walk,
                           struct err *err);

#endif
