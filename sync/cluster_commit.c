/* sync/cluster_commit.c - computes and judges commits of the branches of clusters.  Writes nothing.
 *
 * Such a commit needs no trust: its trailers name a commit of the output branch, and the tree that
 * follows from that commit can be computed.  A commit whose tree is that one adds nothing to what
 * the output branch says, by whatever hand; every other one is the work of others. */
#include "sync/cluster_commit.h"

#include "base/map.h"
#include "base/text.h"
#include "sync/commit.h"
#include "sync/commit_message.h"
#include "sync/private.h"
#include "sync/tree_read.h"
#include "sync/tree_write.h"
#include <stdio.h>
#include <string.h>

struct git_id cluster_commit_tree(const struct split_cluster *cluster)
{
    const char *end;
    struct git_id tree;

    if (!cluster)
        return pack_writer_object_id(OBJECT_TREE, "", 0);
    tree = cluster->tree;
    for (end = cluster->folder + strlen(cluster->folder); end > cluster->folder;) {
        AUTO_TEXT bytes = { 0 }, name = { 0 };
        const char *begin = end;

        while (begin > cluster->folder && begin[-1] != '/')
            begin--;
        text_add(&name, begin, (size_t)(end - begin));
        tree_write_add(&bytes, MODE_DIR, name.bytes, &tree);
        tree = pack_writer_object_id(OBJECT_TREE, bytes.bytes, bytes.len);
        end = begin > cluster->folder ? begin - 1 : begin;
    }
    return tree;
}

/* --- the commits of the output branch --- */

struct cluster_source {
    struct clone *clone;
    const char *tip, *folder;
    struct map *splits; /* by commit: struct source_split */
    struct arena *arena;
};
/* What a commit was split into; of the output branch or not. */
struct source_split {
    bool known; /* it is the tip or below it */
    struct split split;
};

struct cluster_source *cluster_source_new(struct clone *clone, const char *tip, const char *folder,
                                          struct arena *arena)
{
    struct cluster_source *source = ARENA_NEW(arena, struct cluster_source, 1);

    *source =
        (struct cluster_source){ clone, arena_text(arena, tip), folder, map_new(arena), arena };
    return source;
}

/* The tip has it, as itself or as an ancestor. */
static bool has(const struct cluster_source *source, const char *commit)
{
    git_oid tip, below;

    if (strcmp(source->tip, commit) == 0)
        return true;
    return clone_has(source->clone, commit) && git_oid_fromstr(&tip, source->tip) == 0
           && git_oid_fromstr(&below, commit) == 0
           && git_graph_descendant_of(source->clone->repo, &tip, &below) == 1;
}

static int split_at(const struct source_split **out, struct cluster_source *source,
                    const char *commit, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct source_split *found = map_find(source->splits, commit);

    *out = found;
    if (found)
        return 0;
    found = ARENA_NEW(source->arena, struct source_split, 1);
    found->known = has(source, commit);
    if (found->known
        && (snapshot_open(&snapshot, source->clone, commit, err) < 0
            || split_read(&found->split, snapshot, source->folder, source->arena, err) < 0))
        return -1;
    map_put(source->splits, arena_text(source->arena, commit), found);
    *out = found;
    return 0;
}

int cluster_source_split(const struct split **out, struct cluster_source *source, struct err *err)
{
    const struct source_split *found;

    if (split_at(&found, source, source->tip, err) < 0)
        return -1;
    *out = &found->split;
    return 0;
}

/* --- one commit --- */

int cluster_commit_claim(struct cluster_claimed *out, struct cluster_source *source,
                         const char *commit, const char *cluster, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct source_split *split;
    struct git_id id, wanted;
    struct commit read;
    const char *named;

    *out = (struct cluster_claimed){ .claim = CLUSTER_CLAIM_NONE };
    if (!commit_parse_id(&id, commit))
        return err_set(err, ERR_GIT, GIT_EINVALID, "\"%s\" is not a commit id", commit);
    if (commit_read(&read, source->clone, &id, arena, err) < 0)
        return -1;
    out->tree = read.tree;
    named = commit_message_trailer(read.message, TRAILER_OUTPUT_COMMIT, arena);
    if (!named || !commit_message_says(read.message, TRAILER_CLUSTER, cluster))
        return 0;
    out->claim = CLUSTER_CLAIM_FALSE;
    if (!commit_parse_id(&id, named))
        return 0;
    snprintf(out->source, sizeof out->source, "%s", named);
    if (split_at(&split, source, named, err) < 0)
        return -1;
    wanted = cluster_commit_tree(split_find(&split->split, cluster));
    if (split->known && git_id_equal(&wanted, &read.tree))
        out->claim = CLUSTER_CLAIM_TRUE;
    return 0;
}
