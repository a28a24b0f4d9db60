/* sync/private.h - what a clone is made of, and what the sources of sync/ ask of it among
 * themselves. */
#ifndef WEFT_SYNC_PRIVATE_H
#define WEFT_SYNC_PRIVATE_H

#include "sync/fetch.h"
#include "sync/git2.h"
#include "sync/snapshot.h"
#include "sync/transport/pack_writer.h"
#include "sync/transport/peer.h"

struct clone {
    struct arena *arena;
    const char *folder;
    struct peer peer;
    int64_t server_time; /* seconds, as the server last gave it; 0: never */
    int lock_fd;
    bool healed; /* it was made again in this process already */
    git_repository *repo;
    git_odb *odb;
    struct objects *objects; /* made here, not on the server yet */
    struct fetched
        *fetched; /* what clone_fetch found: fetched again when the cache has to be made again */
};

/* A ref as it was found last. */
struct fetched {
    const char *ref; /* full name */
    char commit[41]; /* "" = did not exist */
    struct fetched *next;
};
const struct fetched *clone_fetched(const struct clone *clone,
                                    const char *ref); /* NULL: not asked for yet */
/* Our own ref for it: without one the commit is still here, only the next fetch gets more than it
 * needs.  So a failure does not matter. */
void clone_set_ref(struct clone *clone, const char *ref, const git_oid *commit);
void clone_remember(struct clone *clone, const char *ref, const char *commit);

/* False: a commit above COMMIT_MAX, which libgit2 would read whole. */
bool clone_commit_fits(git_odb *odb, const git_oid *oid);

/* Throws the folder's contents away and makes an empty clone. */
MUST_USE int clone_remake(struct clone *clone, struct err *err);
/* Makes a damaged cache again, once, with all that was fetched. */
MUST_USE int clone_rebuild(struct clone *clone, struct err *err);
/* What libgit2 just answered means that the cache cannot be trusted any more. */
bool clone_is_damage(int code);

/* What a ref is on the server now, on a new connection; "" = does not exist.  Fetches nothing. */
MUST_USE int clone_ls_remote(struct clone *clone, char commit[41], const char *ref,
                             struct err *err);

struct git_id snapshot_root(const struct snapshot *snapshot);
struct clone *snapshot_clone(const struct snapshot *snapshot);

#endif
