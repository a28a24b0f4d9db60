/* sync/cluster_commit.c - computes and judges commits of the branches of clusters.  Writes nothing.
 *
 * Such a commit needs no trust: its trailers name a commit of the output branch, and the tree that
 * follows from that commit can be computed.  A commit whose tree is that one adds nothing to what
 * the output branch says, by whatever hand; every other one is the work of others. */
#include "sync/cluster_commit.h"

#include "base/map.h"
#include "base/text.h"
#include "base/write_json.h"
#include "sync/commit.h"
#include "sync/commit_message.h"
#include "sync/private.h"
#include "sync/publish.h"
#include "sync/tree_read.h"
#include "sync/tree_write.h"
#include <stdio.h>
#include <string.h>

enum { HISTORY_MAX = 1000 };

static int add_tree(struct git_id *id, const struct text *bytes, struct objects *objects,
                    struct err *err)
{
    const char *at = bytes->len ? bytes->bytes : "";

    *id = pack_writer_object_id(OBJECT_TREE, at, bytes->len);
    if (objects && pack_writer_add(objects, id, OBJECT_TREE, at, bytes->len, err) < 0)
        return -1;
    if (objects)
        pack_writer_want(objects, id);
    return 0;
}

/* The root has the first folder of the path, and the file in Git's order beside it. */
static void add_entries(struct text *out, const char *name, const struct git_id *tree,
                        const struct git_id *metadata)
{
    const bool before = metadata && tree_write_compare(CLUSTER_METADATA, false, name, true) < 0;

    if (before)
        tree_write_add(out, MODE_FILE, CLUSTER_METADATA, metadata);
    tree_write_add(out, MODE_DIR, name, tree);
    if (metadata && !before)
        tree_write_add(out, MODE_FILE, CLUSTER_METADATA, metadata);
}

/* From the folder up to the root. */
int cluster_commit_write(struct git_id *tree, const struct split_cluster *cluster,
                         const struct git_id *metadata, struct objects *objects, struct err *err)
{
    const char *path = cluster ? cluster->folder : "";
    size_t end = strlen(path);

    if (!cluster)
        return add_tree(tree, &(struct text){ 0 }, objects, err);
    *tree = cluster->tree;
    while (end) {
        AUTO_TEXT bytes = { 0 }, name = { 0 };
        size_t begin = end;

        while (begin && path[begin - 1] != '/')
            begin--;
        text_add(&name, path + begin, end - begin);
        add_entries(&bytes, name.bytes, tree, begin ? NULL : metadata);
        if (add_tree(tree, &bytes, objects, err) < 0)
            return -1;
        end = begin ? begin - 1 : 0;
    }
    return 0;
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
    const char *metadata; /* NULL: there is none */
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

/* The newest commit of weft says what was rendered; others may have committed since. */
static int find_metadata(const char **out, struct cluster_source *source, const char *commit,
                         struct err *err)
{
    AUTO(snapshot_close) struct snapshot *ours = NULL;
    struct node *root = node_map(source->arena);
    AUTO_TEXT text = { 0 };

    *out = NULL;
    if (snapshot_find_ours(&ours, source->clone, commit, NULL, NULL, err) < 0)
        return -1;
    if (!ours)
        return 0;
    node_set_text(source->arena, root, "drySha",
                  snapshot_trailer(ours, TRAILER_SOURCE_COMMIT, source->arena));
    node_set_text(source->arena, root, "repoURL",
                  snapshot_trailer(ours, "Weft-Source", source->arena));
    write_json(&text, root, true);
    *out = arena_bytes(source->arena, text.bytes, text.len);
    return 0;
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
            || split_read(&found->split, snapshot, source->folder, source->arena, err) < 0
            || find_metadata(&found->metadata, source, commit, err) < 0))
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

int cluster_source_metadata(const char **out, struct cluster_source *source, struct err *err)
{
    const struct source_split *found;

    if (split_at(&found, source, source->tip, err) < 0)
        return -1;
    *out = found->metadata;
    return 0;
}

/* --- one commit --- */

/* The tree that follows from a commit of the output branch, in one of its two forms. */
static bool follows(const struct git_id *tree, const struct source_split *split,
                    const struct split_cluster *cluster)
{
    struct git_id plain, hydrated, file;
    struct err err;

    if (cluster_commit_write(&plain, cluster, NULL, NULL, &err) < 0)
        return false;
    if (!split->metadata)
        return git_id_equal(tree, &plain);
    file = pack_writer_object_id(OBJECT_BLOB, split->metadata, strlen(split->metadata));
    return git_id_equal(tree, &plain)
           || (cluster_commit_write(&hydrated, cluster, &file, NULL, &err) == 0
               && git_id_equal(tree, &hydrated));
}

int cluster_commit_claim(struct cluster_claimed *out, struct cluster_source *source,
                         const char *commit, const char *cluster, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct source_split *split;
    const struct split_cluster *found;
    struct git_id id;
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
    found = split_find(&split->split, cluster);
    if (!split->known || !follows(&read.tree, split, found))
        return 0;
    out->claim = CLUSTER_CLAIM_TRUE;
    out->has_folder = found != NULL;
    if (found)
        out->folder = found->tree;
    return 0;
}

bool cluster_commit_holds(const struct cluster_claimed *claimed,
                          const struct split_cluster *cluster)
{
    if (claimed->claim != CLUSTER_CLAIM_TRUE || claimed->has_folder != (cluster != NULL))
        return false;
    return !cluster || git_id_equal(&claimed->folder, &cluster->tree);
}

int cluster_commit_newest(struct cluster_claimed *out, struct cluster_source *source,
                          const char *commit, const char *cluster, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct commit read;
    struct git_id id;
    char hex[41];

    snprintf(hex, sizeof hex, "%s", commit);
    for (int i = 0; i < HISTORY_MAX; i++) {
        if (cluster_commit_claim(out, source, hex, cluster, err) < 0)
            return -1;
        if (out->claim == CLUSTER_CLAIM_TRUE)
            return 1;
        if (!commit_parse_id(&id, hex) || commit_read(&read, source->clone, &id, arena, err) < 0)
            return -1;
        if (!read.has_parent)
            return 0;
        git_id_hex(hex, &read.parent);
    }
    return 0;
}
