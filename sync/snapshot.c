/* sync/snapshot.c - one commit, read-only, straight from the object store: no checkout, no index.
 *
 * A walk reads one commit of the object store: no checkout, so no file name, mode, filter or hook
 * of the repository can touch this machine's disk. Git allows a few objects to describe more paths
 * than can be visited, since a tree may hold one subtree many times at every level. Bounds on
 * entries, bytes and depth end a walk with an error: a partial list of specs would look as if the
 * rest had been deleted. A subtree that held nothing is remembered by its id, which makes the
 * common bomb cheap.
 *
 * What is skipped, such as a symbolic link, is reported to the visitor, because an object that is
 * absent without a reason is a deletion. */
#include "sync/snapshot.h"
#include "sync/commit.h"
#include "sync/commit_message.h"
#include "sync/tree_path.h"
#include "sync/tree_read.h"

#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/fetch.h"
#include "sync/private.h"
#include <stdlib.h>

/* A tree can hold the same subtree many times at each level, so that a few small objects are more
 * files than can ever be visited. */
enum {
    DEPTH_MAX = 100,
    PATH_BYTES_MAX = 4096,
    ENTRIES_MAX = SNAPSHOT_ENTRIES_MAX,
};
static const size_t bytes_max = (size_t)512 * 1024 * 1024; /* of all files that are read */

struct snapshot {
    struct clone *clone;
    char commit[41];
    struct git_id root;
    const char *message;
    int64_t time;
    struct tree_path *path; /* of its readers */
    struct arena *arena;
};

int snapshot_open(struct snapshot **out, struct clone *clone, const char *hex, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct snapshot *snapshot;
    struct commit commit;
    struct git_id id;

    if (!commit_parse_id(&id, hex))
        return err_set(err, ERR_GIT, GIT_EINVALID, "\"%s\" is not a commit id", hex);
    if (commit_read(&commit, clone, &id, arena, err) < 0)
        return -1;
    snapshot = memory_grow(NULL, sizeof *snapshot);
    *snapshot = (struct snapshot){ .clone = clone, .root = commit.tree };
    git_id_hex(snapshot->commit, &id);
    snapshot->message = commit.message;
    snapshot->time = commit.time;
    snapshot->path = tree_path_new();
    snapshot->arena = TAKE(arena);
    *out = snapshot;
    return 0;
}

void snapshot_close(struct snapshot *snapshot)
{
    tree_path_close(snapshot->path);
    arena_free(snapshot->arena);
    free(snapshot);
}

const char *snapshot_commit(const struct snapshot *snapshot) { return snapshot->commit; }

void snapshot_tree(char hex[41], const struct snapshot *snapshot)
{
    git_id_hex(hex, &snapshot->root);
}

int64_t snapshot_time(const struct snapshot *snapshot) { return snapshot->time; }

struct clone *snapshot_clone(const struct snapshot *snapshot) { return snapshot->clone; }

struct git_id snapshot_root(const struct snapshot *snapshot) { return snapshot->root; }

const char *snapshot_trailer(struct snapshot *snapshot, const char *token, struct arena *arena)
{
    return commit_message_trailer(snapshot->message, token, arena);
}

bool snapshot_says(struct snapshot *snapshot, const char *token, const char *value)
{
    return commit_message_says(snapshot->message, token, value);
}

int snapshot_signature(struct snapshot_signature *out, struct snapshot *snapshot,
                       struct arena *arena, struct err *err)
{
    struct object_content object;
    struct commit_signature found;
    struct git_id id;

    if (!commit_parse_id(&id, snapshot->commit))
        return err_set(err, ERR_GIT, GIT_EINVALID, "\"%s\" is not a commit id", snapshot->commit);
    if (tree_read_object(&object, snapshot->clone, &id, GIT_OBJECT_COMMIT, arena, err) < 0)
        return -1;
    if (!commit_take_signature(&found, object.bytes, object.len, arena))
        return err_set(err, ERR_GIT, GIT_EINVALID, "commit %s has more than one signature",
                       snapshot->commit);
    *out =
        (struct snapshot_signature){ found.signature, found.rest, found.rest_len, found.committed };
    return 0;
}

int snapshot_find_ours(struct snapshot **out, struct clone *clone, const char *hex,
                       const char *token, const char *value, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const struct commit_trailer wanted = { token, value };
    struct commit from, ours;
    struct git_id id;
    char found[41];
    int result;

    *out = NULL;
    if (!commit_parse_id(&id, hex) || !commit_is_here(clone, &id))
        return 0;
    if (commit_read(&from, clone, &id, arena, err) < 0
        || (result = commit_find_ours(&ours, clone, &from, token ? &wanted : NULL, arena, err)) < 0)
        return -1;
    if (!result)
        return 0;
    git_id_hex(found, &ours.id);
    return snapshot_open(out, clone, found, err);
}

struct reading {
    struct snapshot *snapshot;
    const char *folder;
};

static const char *path_below(const char *folder, const char *path, struct arena *arena)
{
    return *folder ? arena_printf(arena, "%s/%s", folder, path) : path;
}

static int read_file(void *context, const char *path, char **bytes, size_t *len,
                     struct arena *arena, struct err *err)
{
    const struct reading *reading = context;
    struct snapshot *snapshot = reading->snapshot;
    struct tree_item item;
    struct object_content found;

    *bytes = NULL;
    *len = 0;
    if (tree_path_find(&item, snapshot->path, snapshot->clone, &snapshot->root,
                       path_below(reading->folder, path, arena), arena, err)
        < 0)
        return -1;
    if (!is_file(&item))
        return 0;
    if (tree_read_object(&found, snapshot->clone, &item.id, GIT_OBJECT_BLOB, arena, err) < 0)
        return err_wrap(err, "read %s", path);
    *bytes = found.bytes;
    *len = found.len;
    return 0;
}

static int list_dir(void *context, const char *path, const char ***names, size_t *count,
                    struct arena *arena, struct err *err)
{
    const struct reading *reading = context;
    struct snapshot *snapshot = reading->snapshot;
    struct tree_item item;
    struct tree_list list;

    *names = NULL;
    *count = 0;
    if (tree_path_find(&item, snapshot->path, snapshot->clone, &snapshot->root,
                       path_below(reading->folder, path, arena), arena, err)
        < 0)
        return -1;
    if (!is_dir(&item))
        return 0;
    if (tree_read(&list, snapshot->clone, &item.id, arena, err) < 0)
        return err_wrap(err, "list %s", path);
    *names = ARENA_NEW(arena, const char *, list.count);
    for (size_t i = 0; i < list.count; i++)
        (*names)[(*count)++] = is_dir(&list.items[i])
                                   ? arena_printf(arena, "%s/", list.items[i].name)
                                   : list.items[i].name;
    return 0;
}

struct tree_reader snapshot_reader(struct snapshot *snapshot, const char *folder,
                                   struct arena *arena)
{
    struct reading *reading = ARENA_NEW(arena, struct reading, 1);

    reading->snapshot = snapshot;
    reading->folder = arena_text(arena, folder ? folder : "");
    return (struct tree_reader){ read_file, list_dir, reading };
}

/* A walk in path order.  Memory of one file is given back before the next one.  A subtree that held
 * nothing to read or to tell is remembered by its id: wherever it is met again, it holds nothing
 * either.  Whether depth or path end a walk depends on where it is met, but that is reported. */
struct visiting {
    struct snapshot *snapshot;
    const struct snapshot_walk *walk;
    size_t files, skipped, entries, bytes;
    struct map *barren; /* ids of such subtrees, as hex */
    struct arena *arena;
    struct text path;
    struct arena *scratch;
};

static bool is_wanted(const struct visiting *visiting, const char *name)
{
    for (const char *const *suffix = visiting->walk->suffixes; *suffix; suffix++)
        if (text_ends_like(name, *suffix))
            return true;
    return false;
}

static int visit_skipped(struct visiting *visiting, const char *why, struct err *err)
{
    const struct snapshot_file file = { .path = visiting->path.bytes, .skipped = why };

    visiting->skipped++;
    return visiting->walk->visit(visiting->walk->context, &file, err);
}

static int too_much(const struct visiting *visiting, const char *unit, size_t limit,
                    struct err *err)
{
    return err_set(err, ERR_INPUT, 0,
                   "%s at commit %.12s has more than %zu %s in its specs folder (the walk ended at "
                   "%.200s); nothing was changed or deleted because of it: set specs.path to the "
                   "folder that holds the specs alone, and look for a folder that repeats itself",
                   visiting->snapshot->clone->peer.url.shown, visiting->snapshot->commit, limit,
                   unit, visiting->path.bytes);
}

static int visit_file(struct visiting *visiting, const struct tree_item *item, struct err *err)
{
    struct clone *clone = visiting->snapshot->clone;
    struct snapshot_file file = { .path = visiting->path.bytes };
    struct object_content content;

    visiting->files++;
    arena_reset(visiting->scratch);
    if (tree_read_object_size(&file.len, clone, &item->id, err) < 0)
        return -1;
    if (file.len > visiting->walk->max)
        return visit_skipped(
            visiting,
            arena_printf(visiting->scratch, "is %.1f MB, more than the %.1f MB that are read",
                         (double)file.len / 1e6, (double)visiting->walk->max / 1e6),
            err);
    if ((visiting->bytes += file.len) > bytes_max)
        return too_much(visiting, "MB of files", bytes_max / 1024 / 1024, err);
    if (tree_read_object(&content, clone, &item->id, GIT_OBJECT_BLOB, visiting->scratch, err) < 0)
        return err_wrap(err, "read %s", file.path);
    file.bytes = content.bytes;
    file.len = content.len;
    return visiting->walk->visit(visiting->walk->context, &file, err);
}

static int visit_dir(struct visiting *visiting, const struct git_id *id, unsigned depth,
                     struct err *err);

static int visit_item(struct visiting *visiting, const struct tree_item *item, unsigned depth,
                      struct err *err)
{
    if (item->mode == MODE_LINK)
        return visit_skipped(visiting, "is a symbolic link", err);
    if (item->mode == MODE_COMMIT)
        return visit_skipped(visiting, "is a submodule", err);
    if (is_dir(item) && depth >= DEPTH_MAX)
        return visit_skipped(visiting, "is nested too deep", err);
    if (is_dir(item))
        return visit_dir(visiting, &item->id, depth + 1, err);
    return is_wanted(visiting, item->name) ? visit_file(visiting, item, err) : 0;
}

/* A name that makes the path too long is reported at its folder. */
static int visit_named(struct visiting *visiting, const struct tree_item *item, unsigned depth,
                       struct err *err)
{
    const size_t before = visiting->path.len;

    if (++visiting->entries > ENTRIES_MAX)
        return too_much(visiting, "entries", ENTRIES_MAX, err);
    if (before + strlen(item->name) >= PATH_BYTES_MAX)
        return visit_skipped(visiting, "holds a path that is too long", err);
    if (before)
        text_addc(&visiting->path, '/');
    text_adds(&visiting->path, item->name);
    if (visit_item(visiting, item, depth, err) < 0)
        return -1;
    visiting->path.len = before;
    visiting->path.bytes[before] = '\0';
    return 0;
}

static int visit_dir(struct visiting *visiting, const struct git_id *id, unsigned depth,
                     struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    const size_t before = visiting->files + visiting->skipped;
    struct tree_list list;
    char hex[41];

    git_id_hex(hex, id);
    if (map_find(visiting->barren, hex))
        return 0;
    if (tree_read(&list, visiting->snapshot->clone, id, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < list.count; i++)
        if (visit_named(visiting, &list.items[i], depth, err) < 0)
            return -1;
    if (visiting->files + visiting->skipped == before)
        map_put(visiting->barren, arena_text(visiting->arena, hex), visiting);
    return 0;
}

static int visit_all(struct visiting *visiting, const char *folder, struct err *err)
{
    struct snapshot *snapshot = visiting->snapshot;
    const char *shown = snapshot->clone->peer.url.shown;
    struct tree_item item;

    if (tree_read_find(&item, snapshot->clone, &snapshot->root, folder, visiting->scratch, err) < 0)
        return -1;
    if (item.mode == 0)
        return err_set(err, ERR_INPUT, 0,
                       "%s at commit %.12s has no folder \"%s\"; nothing was changed or deleted "
                       "because of it: check the "
                       "configured path",
                       shown, snapshot->commit, folder);
    if (!is_dir(&item))
        return err_set(err, ERR_INPUT, 0, "%s at commit %.12s: \"%s\" is not a folder", shown,
                       snapshot->commit, folder);
    if (visit_dir(visiting, &item.id, 0, err) < 0)
        return -1;
    if (visiting->files == 0)
        return err_set(err, ERR_INPUT, 0,
                       "%s at commit %.12s has no file that ends in %s in folder \"%s\"; nothing "
                       "was changed or deleted "
                       "because of it: check the configured path and branch",
                       shown, snapshot->commit,
                       visiting->walk->suffixes[0] ? visiting->walk->suffixes[0] : "...", folder);
    return 0;
}

int snapshot_each(struct snapshot *snapshot, const struct snapshot_walk *walk, struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct visiting visiting = { .snapshot = snapshot,
                                 .walk = walk,
                                 .barren = map_new(arena),
                                 .arena = arena,
                                 .scratch = arena_new() };
    int result;

    text_adds(&visiting.path, ""); /* never NULL */
    result = visit_all(&visiting, walk->folder ? walk->folder : "", err);
    text_free(&visiting.path);
    arena_free(visiting.scratch);
    return result;
}
