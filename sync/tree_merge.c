/* sync/tree_merge.c - merges our file tree with the tip's.  Must not touch what is not ours.
 *
 * Both sides are walked together, directory by directory, in Git's order of names.  Three
 * invariants make the result safe:
 *
 *   1. A file of the tip is replaced or removed only when owns() accepts its content.  A file of
 *      others at a path where weft must write refuses the whole merge.
 *   2. Whatever is not ours keeps its id and its mode: its entry is copied, its content never read
 *      (but to ask owns()) and never written.
 *   3. The result names only objects that the server has, or that are wanted in clone->objects: an
 *      entry copied from the tip is on the server, and each new blob and tree is wanted when its
 *      entry is added.
 *
 * Cost: a subtree whose id is equal on both sides is not opened, nor is one that nothing of ours
 * can be in (reaches()), so a pass that changes nothing reads no tree but the root's.  A directory
 * that is mounted in many places is merged once for each tree that it meets, by the key of both;
 * so the work is bounded by distinct directories, not by paths. */
#include "sync/tree_merge.h"

#include "base/map.h"
#include "base/text.h"
#include "sync/tree_write.h"
#include <assert.h>
#include <stdlib.h>
#include <strings.h>

/* The outcome of one directory. */
struct step;
struct merged {
    bool exists;
    struct git_id id;
    struct step *first, **last; /* in path order */
};
/* A change below a directory, or the changes of one of its directories (which may be shared). */
struct step {
    const char *name;
    const struct merged *dir; /* NULL: a file */
    enum change_kind kind;
    struct git_id before, after;
    struct step *next;
};

struct merging {
    struct clone *clone;
    const struct publish_request *request;
    struct arena *arena;
    struct new_trees trees; /* our directories, as trees of their own */
    struct map *merges;     /* by pointer and id of the other tree */
    size_t foreign;         /* entries seen in directories that only the branch has */
};

enum { FOREIGN_MAX = 1000000, PATH_BYTES_MAX = 4096 };

/* One name on both sides. */
struct pair {
    const char *name;
    const struct filetree_entry *ours; /* NULL: absent */
    const struct tree_item *theirs;    /* NULL: absent */
    bool dir;
};

/* Always a text of its own: changes outlive the tree of files whose names these are. */
static const char *join(struct arena *arena, const char *folder, const char *name)
{
    return arena_printf(arena, "%s%s%s", folder, *folder ? "/" : "", name);
}

/* ---- what the server lacks ---- */

/* The content of an entry of ours: this process made it, or an earlier one left it in the cache. */
static int want_blob(struct merging *merging, const struct git_id *id, const char *path,
                     struct err *err)
{
    struct clone *clone = merging->clone;
    AUTO(arena_free) struct arena *scratch = NULL;
    struct object_content blob;

    if (merging->request->dry_run || pack_writer_want(clone->objects, id))
        return 0; /* a dry run sends nothing, so its contents may be elsewhere */
    scratch = arena_new();
    if (tree_read_object(&blob, clone, id, GIT_OBJECT_BLOB, scratch, err) < 0)
        return err_wrap(err,
                        "the content of %s is not in the cache (it was made again during this "
                        "pass: run it again)",
                        path);
    if (pack_writer_add(clone->objects, id, OBJECT_BLOB, blob.bytes, blob.len, err) < 0)
        return -1;
    pack_writer_want(clone->objects, id);
    return 0;
}

static int want_tree(struct merging *merging, const struct git_id *id, const char *bytes,
                     size_t len, struct err *err)
{
    struct objects *objects = merging->clone->objects;

    if (pack_writer_add(objects, id, OBJECT_TREE, bytes, len, err) < 0)
        return -1;
    pack_writer_want(objects, id);
    return 0;
}

/* ---- merging ---- */

static struct merged *merged_new(struct merging *merging)
{
    struct merged *merged = ARENA_NEW(merging->arena, struct merged, 1);

    merged->last = &merged->first;
    return merged;
}

static struct step *add_step(struct merging *merging, struct merged *merged, const char *name)
{
    struct step *step = ARENA_NEW(merging->arena, struct step, 1);

    step->name = name;
    *merged->last = step;
    merged->last = &step->next;
    return step;
}

static void add_change(struct merging *merging, struct merged *merged, const struct pair *pair)
{
    struct step *step = add_step(merging, merged, pair->name);

    assert(pair->ours || pair->theirs);
    step->kind = !pair->theirs ? CHANGE_ADDED : pair->ours ? CHANGE_CHANGED : CHANGE_REMOVED;
    if (pair->theirs)
        step->before = pair->theirs->id;
    if (pair->ours)
        step->after = pair->ours->blob;
}

/* Only a plain file with content that owns() accepts is ours. */
static int ask_owner(bool *ours, struct merging *merging, const struct tree_item *item,
                     const char *path, struct err *err)
{
    const struct publish_request *request = merging->request;
    AUTO(arena_free) struct arena *scratch = NULL;
    struct object_content blob;

    *ours = false;
    if (!is_file(item))
        return 0;
    scratch = arena_new();
    if (tree_read_file(&blob, merging->clone, &item->id, scratch, err) < 0)
        return -1;
    *ours = blob.bytes && request->owns(request->context, path, blob.bytes, blob.len);
    return 0;
}

static int not_ours(const struct merging *merging, const char *path, struct err *err)
{
    return err_set(err, ERR_REFUSED, 0,
                   "branch %s has \"%s\", which is not weft's, where weft has to write; nothing "
                   "was pushed: move that file away, or give weft another output path",
                   merging->request->branch, join(merging->arena, merging->request->folder, path));
}

/* A file on either side: what stays is added to the tree. */
static int merge_file(struct merging *merging, struct merged *merged, struct text *tree,
                      const struct pair *pair, const char *path, struct err *err)
{
    bool ours = true;

    assert(!pair->dir && (pair->ours || pair->theirs));
    if (pair->ours && pair->theirs && is_file(pair->theirs)
        && git_id_equal(&pair->ours->blob, &pair->theirs->id)) {
        tree_write_add(tree, pair->theirs->mode, pair->name, &pair->theirs->id);
        return 0;
    }
    if (pair->theirs && ask_owner(&ours, merging, pair->theirs, path, err) < 0)
        return -1;
    if (!ours && pair->ours)
        return not_ours(merging, path, err);
    if (!ours) {
        tree_write_add(tree, pair->theirs->mode, pair->name, &pair->theirs->id);
        return 0;
    }
    add_change(merging, merged, pair);
    if (!pair->ours)
        return 0;
    tree_write_add(tree, MODE_FILE, pair->name, &pair->ours->blob);
    return want_blob(merging, &pair->ours->blob, path, err);
}

static int merge_dir(const struct merged **out, struct merging *merging, struct filetree *ours,
                     const struct git_id *theirs, const char *path, struct err *err);

static int merge_subdir(struct merging *merging, struct merged *merged, struct text *tree,
                        const struct pair *pair, const char *path, struct err *err)
{
    const struct git_id *theirs = pair->theirs ? &pair->theirs->id : NULL;
    const struct merged *sub;

    assert(pair->dir);
    if (merge_dir(&sub, merging, pair->ours ? pair->ours->dir : NULL, theirs, path, err) < 0)
        return -1;
    if (sub->exists)
        tree_write_add(tree, MODE_DIR, pair->name, &sub->id);
    if (sub->first)
        add_step(merging, merged, pair->name)->dir = sub;
    return 0;
}

/* Names that Git or a checkout on some system would refuse or take for something else never come
 * from weft. */
static int check_name(const char *name, const char *path, struct err *err)
{
    bool bad = !*name || strlen(name) > 255 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0
               || strncasecmp(name, ".git", 4) == 0 || strncasecmp(name, "git~", 4) == 0;

    for (const char *at = name; *at && !bad; at++)
        bad = (unsigned char)*at < 0x20 || *at == 0x7F || strchr("/\\:", *at);
    return bad ? err_set(err, ERR_INPUT, 0, "\"%s\" cannot be a path in the output branch", path)
               : 0;
}

/* Both sides side by side, in Git's order. */
static struct pair *pairs_of(struct filetree *ours, const struct tree_list *theirs, size_t *count,
                             struct arena *arena)
{
    size_t our_count = 0, i = 0, j = 0;
    const struct filetree_entry **list = ours ? tree_write_order(ours, &our_count, arena) : NULL;
    struct pair *pairs = ARENA_NEW(arena, struct pair, our_count + theirs->count);

    for (*count = 0; i < our_count || j < theirs->count; ++*count) {
        const struct filetree_entry *mine = i < our_count ? list[i] : NULL;
        const struct tree_item *other = j < theirs->count ? &theirs->items[j] : NULL;
        int order = !mine    ? 1
                    : !other ? -1
                             : tree_write_compare(mine->name, mine->dir != NULL, other->name,
                                                  is_dir(other));
        struct pair *pair = &pairs[*count];

        assert(mine || other);
        if (order <= 0)
            pair->ours = list[i++];
        if (order >= 0)
            pair->theirs = &theirs->items[j++];
        pair->name = pair->ours ? pair->ours->name : pair->theirs->name;
        pair->dir = pair->ours ? pair->ours->dir != NULL : is_dir(pair->theirs);
    }
    return pairs;
}

/* A file and a directory of one name cannot both stay: then a foreign entry is where ours must go.
 */
static int check_names(struct merging *merging, const struct text *tree, const char *path,
                       struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct map *seen = map_new(scratch);
    struct tree_list list;

    if (!tree_read_parse(&list, tree->bytes, tree->len, scratch))
        return err_set(err, ERR_GIT, GIT_EINVALID,
                       "the tree of \"%s\" cannot be written: a name in it is not allowed", path);
    for (size_t i = 0; i < list.count; i++)
        if (map_put(seen, list.items[i].name, &list.items[i]))
            return not_ours(merging, join(scratch, path, list.items[i].name), err);
    return 0;
}

static int finish_tree(struct merging *merging, struct merged *merged, const struct text *tree,
                       const struct git_id *theirs, const char *path, struct err *err)
{
    if (tree->len == 0)
        return 0;
    if (check_names(merging, tree, path, err) < 0)
        return -1;
    merged->exists = true;
    merged->id = pack_writer_object_id(OBJECT_TREE, tree->bytes, tree->len);
    if (theirs && git_id_equal(theirs, &merged->id))
        return 0; /* the server has it: it is the tip's own */
    return want_tree(merging, &merged->id, tree->bytes, tree->len, err);
}

/* Each path in a directory that only the branch has is looked at, and a few small trees that hold
 * each other can be more paths than any pass could look at. */
static int check_size(struct merging *merging, size_t entries, const char *path, struct err *err)
{
    merging->foreign += entries;
    if (merging->foreign <= FOREIGN_MAX && strlen(path) <= PATH_BYTES_MAX)
        return 0;
    return err_set(
        err, ERR_REFUSED, 0,
        "branch %s holds %s below \"%.200s\", none of which is of this pass; look at "
        "who pushed it, and remove it",
        merging->request->branch,
        merging->foreign > FOREIGN_MAX ? "more than a million files" : "too deep a folder", path);
}

static int merge_entries(struct merged *merged, struct merging *merging, struct filetree *ours,
                         const struct git_id *theirs, const char *path, struct err *err)
{
    AUTO_TEXT tree = { 0 };
    struct tree_list list;
    struct pair *pairs;
    size_t count;

    if (tree_read(&list, merging->clone, theirs, merging->arena, err) < 0)
        return -1;
    pairs = pairs_of(ours, &list, &count, merging->arena);
    if (check_size(merging, ours ? 0 : count, path, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *below = join(merging->arena, path, pairs[i].name);
        int result;

        if (pairs[i].ours && check_name(pairs[i].name, below, err) < 0)
            return -1;
        result = (pairs[i].dir ? merge_subdir : merge_file)(merging, merged, &tree, &pairs[i],
                                                            below, err);

        if (result < 0)
            return -1;
    }
    return finish_tree(merging, merged, &tree, theirs, path, err);
}

/* Nothing of ours can be there, or both sides are equal: the tree stays as it is, unread. */
static bool stays(struct merging *merging, struct filetree *ours, const struct git_id *theirs,
                  const char *path)
{
    const struct publish_request *request = merging->request;

    if (ours)
        return git_id_equal(&tree_write_of(&merging->trees, ours)->id, theirs);
    return request->reaches && !request->reaches(request->context, path);
}

/* The key under which an outcome is remembered: a directory of ours that meets the same tree again
 * has the same outcome.  NULL for a directory that only the tip has, because owns() may depend on
 * the path. */
static const char *merge_key(const struct merging *merging, const struct filetree *ours,
                             const struct git_id *theirs)
{
    char hex[41] = "";

    if (!ours)
        return NULL;
    if (theirs)
        git_id_hex(hex, theirs);
    return arena_printf(merging->arena, "%p %s", (const void *)ours, hex);
}

static int merge_dir(const struct merged **out, struct merging *merging, struct filetree *ours,
                     const struct git_id *theirs, const char *path, struct err *err)
{
    const char *key = merge_key(merging, ours, theirs);
    struct merged *merged = key ? map_find(merging->merges, key) : NULL;

    *out = merged;
    if (merged)
        return 0;
    *out = merged = merged_new(merging);
    if (theirs && stays(merging, ours, theirs, path)) {
        merged->exists = true;
        merged->id = *theirs;
    } else if (merge_entries(merged, merging, ours, theirs, path, err) < 0) {
        return -1;
    }
    if (key)
        map_put(merging->merges, key, merged);
    return 0;
}

/* ---- the way from the root to the output folder ---- */

/* The tree at root with the directory at path replaced, or taken out when dir does not exist.  No
 * tree but the root is left empty.  Entries beside path keep their order, and the new one takes the
 * place that Git's order gives a directory of its name. */
static int splice(struct merged *out, struct merging *merging, const struct git_id *root,
                  const char *path, const struct merged *dir, struct err *err);

/* What the entry called name becomes: dir itself at the end of the path, else the tree below. */
static int splice_entry(struct merged *out, struct merging *merging, const struct tree_item *found,
                        const char *rest, const struct merged *dir, struct err *err)
{
    *out = *dir;
    return *rest ? splice(out, merging, found ? &found->id : NULL, rest, dir, err) : 0;
}

static void add_spliced(struct text *tree, const struct tree_list *list, const char *name,
                        const struct merged *sub)
{
    const struct tree_item *found = tree_list_find(list, name);
    bool done = false;

    for (size_t i = 0; i <= list->count; i++) {
        const struct tree_item *item = i < list->count ? &list->items[i] : NULL;

        if (!done && (!item || tree_write_compare(name, true, item->name, is_dir(item)) <= 0)) {
            if (sub->exists)
                tree_write_add(tree, MODE_DIR, name, &sub->id);
            done = true;
        }
        if (item && item != found)
            tree_write_add(tree, item->mode, item->name, &item->id);
    }
    assert(done);
}

static int splice(struct merged *out, struct merging *merging, const struct git_id *root,
                  const char *path, const struct merged *dir, struct err *err)
{
    size_t len = strcspn(path, "/");
    const char *name = arena_bytes(merging->arena, path, len);
    const char *rest = path + len + (path[len] == '/');
    AUTO_TEXT tree = { 0 };
    struct tree_list list;
    const struct tree_item *found;
    struct merged sub;

    if (tree_read(&list, merging->clone, root, merging->arena, err) < 0
        || check_name(name, merging->request->folder, err) < 0)
        return -1;
    found = tree_list_find(&list, name);
    if (found && !is_dir(found))
        return err_set(err, ERR_REFUSED, 0,
                       "branch %s: \"%s\" is a file, but the output path goes through it",
                       merging->request->branch, name);
    if (splice_entry(&sub, merging, found, rest, dir, err) < 0)
        return -1;
    text_adds(&tree, "");
    add_spliced(&tree, &list, name, &sub);
    out->exists = tree.len > 0;
    out->id = pack_writer_object_id(OBJECT_TREE, tree.bytes, tree.len);
    return want_tree(merging, &out->id, tree.bytes, tree.len, err);
}

static void count_steps(size_t *count, const struct merged *merged)
{
    for (const struct step *step = merged->first; step; step = step->next)
        if (step->dir)
            count_steps(count, step->dir);
        else
            ++*count;
}

static void list_changes(struct merged_tree *out, const struct merged *merged, const char *path,
                         struct arena *arena)
{
    for (const struct step *step = merged->first; step; step = step->next) {
        const char *below = join(arena, path, step->name);

        if (step->dir)
            list_changes(out, step->dir, below, arena);
        else
            out->changes[out->count++] =
                (struct change){ step->kind, below, step->before, step->after };
    }
}

/* The changes of an outcome, and the tree of the whole branch. */
static int finish(struct merged_tree *out, struct merging *merging, const struct git_id *root,
                  const struct merged *merged, struct arena *arena, struct err *err)
{
    struct merged whole = *merged;
    size_t count = 0;

    count_steps(&count, merged);
    if (count == 0)
        return 0;
    out->changes = ARENA_NEW(arena, struct change, count);
    list_changes(out, merged, "", arena);
    assert(out->count == count);
    if (*merging->request->folder
        && splice(&whole, merging, root, merging->request->folder, merged, err) < 0)
        return -1;
    out->tree = whole.exists ? whole.id : pack_writer_object_id(OBJECT_TREE, "", 0);
    return whole.exists ? 0 : want_tree(merging, &out->tree, "", 0, err);
}

int tree_merge(struct merged_tree *out, struct clone *clone, const struct merge_sides *sides,
               const struct publish_request *request, struct arena *arena, struct err *err)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct merging merging = { .clone = clone,
                               .request = request,
                               .arena = scratch,
                               .trees = { scratch, map_new(scratch) },
                               .merges = map_new(scratch) };
    const struct git_id *root = sides->tip;
    struct tree_item there = { 0 };
    const struct merged *merged;

    *out = (struct merged_tree){ .tree = root ? *root : pack_writer_object_id(OBJECT_TREE, "", 0) };
    if (root && tree_read_find(&there, clone, root, request->folder, scratch, err) < 0)
        return -1;
    if (there.mode && !is_dir(&there))
        return not_ours(&merging, "", err);
    if (merge_dir(&merged, &merging, sides->ours, there.mode ? &there.id : NULL, "", err) < 0)
        return -1;
    return finish(out, &merging, root, merged, arena, err);
}
