/* sync/notes.c - reads and writes a tree of notes.  What they say is for the caller.
 *
 * Each note is written as the file "ab/cdef..." (two digits, a slash, the other 38), so no tree
 * grows with the history as a whole; git notes reads this layout like any other.  A note that is
 * there is never replaced: two writers that made the same note agree, and one that says something
 * else is for people to look at. */
#include "sync/notes.h"

#include "base/text.h"
#include "sync/commit.h"
#include "sync/commit_message.h"
#include "sync/fetch.h"
#include "sync/private.h"
#include "sync/transport/push.h"
#include "sync/tree_read.h"
#include "sync/tree_write.h"
#include <stdlib.h>
#include <string.h>

enum { TRIES = 5, FOLDER = 2, HEX = 40 };

/* The tree of a ref's commit; all zero: there is none. */
static int root_of(struct git_id *out, struct clone *clone, const char *tip, struct arena *arena,
                   struct err *err)
{
    struct commit commit;
    struct git_id id;

    *out = (struct git_id){ { 0 } };
    if (!commit_parse_id(&id, tip))
        return 0;
    if (commit_read(&commit, clone, &id, arena, err) < 0)
        return -1;
    *out = commit.tree;
    return 0;
}

static bool is_none(const struct git_id *id)
{
    static const struct git_id none;

    return git_id_equal(id, &none);
}

/* The file of a commit: its whole id, or folders of two digits above the rest. */
static int find_note(struct tree_item *out, struct clone *clone, const struct git_id *root,
                     const char *commit, struct arena *arena, struct err *err)
{
    struct git_id tree = *root;

    *out = (struct tree_item){ 0 };
    for (size_t at = 0; at < HEX && !is_none(&tree); at += FOLDER) {
        const struct tree_item *found;
        struct tree_list list;

        if (tree_read(&list, clone, &tree, arena, err) < 0)
            return -1;
        found = tree_list_find(&list, commit + at);
        if (found && is_file(found)) {
            *out = *found;
            return 0;
        }
        found = tree_list_find(&list, arena_bytes(arena, commit + at, FOLDER));
        tree = found && is_dir(found) ? found->id : (struct git_id){ { 0 } };
    }
    return 0;
}

int notes_read(const char **bytes, size_t *len, struct clone *clone, const char *tip,
               const char *commit, struct arena *arena, struct err *err)
{
    struct object_content content;
    struct tree_item found;
    struct git_id root;

    *bytes = NULL;
    *len = 0;
    if (root_of(&root, clone, tip, arena, err) < 0
        || find_note(&found, clone, &root, commit, arena, err) < 0)
        return -1;
    if (!found.mode)
        return 0;
    if (tree_read_file(&content, clone, &found.id, arena, err) < 0)
        return -1;
    *bytes = content.bytes;
    *len = content.len;
    return 0;
}

/* --- writing --- */

struct writing {
    struct clone *clone;
    const struct notes_request *request;
    struct git_id root;          /* what the ref has */
    const struct note **missing; /* by their commits' ids */
    size_t count;
    struct arena *arena;
};

static int compare_notes(const void *a, const void *b)
{
    return strcmp((*(const struct note *const *)a)->commit,
                  (*(const struct note *const *)b)->commit);
}

static int find_missing(struct writing *at, struct err *err)
{
    const struct notes_request *request = at->request;

    at->missing = ARENA_NEW(at->arena, const struct note *, request->count + 1);
    at->count = 0;
    for (size_t i = 0; i < request->count; i++) {
        struct tree_item found;

        if (find_note(&found, at->clone, &at->root, request->notes[i].commit, at->arena, err) < 0)
            return -1;
        if (!found.mode)
            at->missing[at->count++] = &request->notes[i];
    }
    qsort(at->missing, at->count, sizeof *at->missing, compare_notes);
    return 0;
}

static int add_object(struct writing *at, struct git_id *id, enum object_type type,
                      const char *bytes, size_t len, struct err *err)
{
    *id = pack_writer_object_id(type, bytes, len);
    if (pack_writer_add(at->clone->objects, id, type, bytes, len, err) < 0)
        return -1;
    pack_writer_want(at->clone->objects, id);
    return 0;
}

static int compare_items(const void *a, const void *b)
{
    const struct tree_item *x = a, *y = b;

    return tree_write_compare(x->name, is_dir(x), y->name, is_dir(y));
}

static int write_tree(struct git_id *id, struct writing *at, struct tree_list *list,
                      struct err *err)
{
    AUTO_TEXT bytes = { 0 };

    qsort(list->items, list->count, sizeof *list->items, compare_items);
    for (size_t i = 0; i < list->count; i++)
        tree_write_add(&bytes, list->items[i].mode, list->items[i].name, &list->items[i].id);
    return add_object(at, id, OBJECT_TREE, bytes.bytes, bytes.len, err);
}

/* Notes from begin on whose ids begin alike, added to the folder of those two digits. */
static int write_folder(struct tree_item *folder, struct writing *at, size_t begin, size_t end,
                        struct err *err)
{
    struct tree_list list;

    if (tree_read(&list, at->clone, folder->mode ? &folder->id : NULL, at->arena, err) < 0)
        return -1;
    for (size_t i = begin; i < end; i++) {
        const struct note *note = at->missing[i];
        struct tree_item item = { note->commit + FOLDER, MODE_FILE, { { 0 } } };

        if (add_object(at, &item.id, OBJECT_BLOB, note->bytes, note->len, err) < 0)
            return -1;
        *ARENA_PUSH(at->arena, list.items, list.count) = item;
    }
    folder->mode = MODE_DIR;
    return write_tree(&folder->id, at, &list, err);
}

/* The place of a folder in the root; a new one is appended. */
static struct tree_item *folder_of(struct tree_list *root, const char *commit, struct arena *arena)
{
    const char *name = arena_bytes(arena, commit, FOLDER);

    for (size_t i = 0; i < root->count; i++)
        if (is_dir(&root->items[i]) && strcmp(root->items[i].name, name) == 0)
            return &root->items[i];
    *ARENA_PUSH(arena, root->items, root->count) = (struct tree_item){ .name = name };
    return &root->items[root->count - 1];
}

static int write_root(struct git_id *id, struct writing *at, struct err *err)
{
    struct tree_list root;

    if (tree_read(&root, at->clone, is_none(&at->root) ? NULL : &at->root, at->arena, err) < 0)
        return -1;
    for (size_t begin = 0, end; begin < at->count; begin = end) {
        const char *commit = at->missing[begin]->commit;

        for (end = begin + 1;
             end < at->count && strncmp(at->missing[end]->commit, commit, FOLDER) == 0;)
            end++;
        if (write_folder(folder_of(&root, commit, at->arena), at, begin, end, err) < 0)
            return -1;
    }
    return write_tree(id, at, &root, err);
}

static int make_commit(struct push_request *push, struct writing *at, const char *tip,
                       struct err *err)
{
    const struct notes_request *request = at->request;
    const struct publish_request message = { .author_name = request->author_name,
                                             .author_email = request->author_email,
                                             .now = request->now,
                                             .subject = request->subject };
    const bool has_parent = commit_parse_id(&push->old, tip);
    AUTO_TEXT commit = { 0 };
    struct git_id tree;

    pack_writer_want_none(at->clone->objects);
    if (write_root(&tree, at, err) < 0)
        return -1;
    commit_message_write(&commit, &message, &tree, has_parent ? &push->old : NULL);
    return add_object(at, &push->new, OBJECT_COMMIT, commit.bytes, commit.len, err);
}

/* *done: nothing is missing on the server. */
static int try_once(bool *done, struct writing *at, struct err *err)
{
    struct push_request request = { .ref = at->request->ref };
    AUTO_PUSHED pushed = { 0 };
    char tip[41];

    if (clone_fetch(at->clone, tip, at->request->ref, true, err) < 0
        || root_of(&at->root, at->clone, tip, at->arena, err) < 0 || find_missing(at, err) < 0)
        return -1;
    *done = at->count == 0;
    if (*done)
        return 0;
    if (make_commit(&request, at, tip, err) < 0
        || push(&pushed, &at->clone->peer, &request, 1, at->clone->objects, err) < 0)
        return -1;
    if (pushed.outcome == PUSH_REFUSED)
        return err_set(err, ERR_GIT, 0, "the server refused %s: %s", at->request->ref,
                       pushed.words.len ? pushed.words.bytes : "it gives no reason");
    return pushed.outcome == PUSH_BROKEN ? -1 : 0;
}

int notes_publish(struct clone *clone, const struct notes_request *request, struct arena *arena,
                  struct err *err)
{
    struct writing at = { .clone = clone, .request = request, .arena = arena };
    bool done = false;

    for (int i = 0; i < TRIES && !done; i++)
        if (try_once(&done, &at, err) < 0)
            return err_wrap(err, "push notes to %s", request->ref);
    return done ? 0
                : err_set(err, ERR_GIT, 0, "%s moved during each of %d tries", request->ref, TRIES);
}
