/* sync/tree_read.c - reads objects out of a clone.  Trusts no byte of them.
 *
 * Objects come from a server that may be hostile, or a disk that may be damaged. Sizes are asked
 * before content is read, so no object fills the memory; an object of another type than its place
 * says is refused; names with a slash cannot occur in a tree, and one that has them could leave
 * its folder. An object that is missing or damaged here may be whole on the server: the clone is
 * made again once, and read again. */
#include "sync/tree_read.h"
#include "sync/err_git.h"

#include "sync/limits.h"
#include "sync/private.h"
#include <errno.h>
#include <string.h>

static int read_once(git_odb_object **out, struct clone *clone, const struct git_id *id)
{
    git_oid oid = oid_of(*id);

    return git_odb_read(out, clone->odb, &oid);
}

/* Each is read whole before anything can be said of it. */
static int check_size(struct clone *clone, const struct git_id *id, git_object_t type,
                      struct err *err)
{
    const size_t max = type == GIT_OBJECT_BLOB   ? (size_t)FILE_MAX
                       : type == GIT_OBJECT_TREE ? (size_t)TREE_MAX
                                                 : (size_t)COMMIT_MAX;
    git_oid oid = oid_of(*id);
    git_object_t real;
    size_t len;
    char hex[41];

    if (git_odb_read_header(&len, &real, clone->odb, &oid) < 0 || real != type || len <= max)
        return 0; /* reading tells what else is wrong */
    git_id_hex(hex, id);
    return err_set(err, ERR_GIT, EFBIG,
                   "%s %s of %s has %zu bytes, more than the limit of %zu: take it out of the "
                   "branch, or start the branch again from a commit before it",
                   git_object_type2string(type), hex, clone->peer.url.shown, len, max);
}

int tree_read_object(struct object_content *out, struct clone *clone, const struct git_id *id,
                     git_object_t type, struct arena *arena, struct err *err)
{
    AUTO(git_odb_object_free) git_odb_object *object = NULL;
    char hex[41];
    int code;

    if (check_size(clone, id, type, err) < 0)
        return -1;
    code = read_once(&object, clone, id);
    git_id_hex(hex, id);
    if (code < 0 && clone_is_damage(code)) {
        if (clone_rebuild(clone, err) < 0)
            return err_wrap(err, "the cache %s is damaged", clone->folder);
        code = read_once(&object, clone, id);
    }
    if (code < 0)
        return err_git(err, code, "read object %s of %s", hex, clone->peer.url.shown);
    if (git_odb_object_type(object) != type)
        return err_set(err, ERR_GIT, GIT_EINVALID, "object %s of %s is not a %s", hex,
                       clone->peer.url.shown, git_object_type2string(type));
    out->len = git_odb_object_size(object);
    out->bytes = arena_bytes(arena, git_odb_object_data(object), out->len);
    return 0;
}

int tree_read_object_size(size_t *len, struct clone *clone, const struct git_id *id,
                          struct err *err)
{
    git_oid oid = oid_of(*id);
    git_object_t type;
    int code = git_odb_read_header(len, &type, clone->odb, &oid);

    if (code < 0 && clone_is_damage(code)) {
        if (clone_rebuild(clone, err) < 0)
            return err_wrap(err, "the cache %s is damaged", clone->folder);
        code = git_odb_read_header(len, &type, clone->odb, &oid);
    }
    return code < 0 ? err_git(err, code, "read an object of %s", clone->peer.url.shown) : 0;
}

int tree_read_file(struct object_content *out, struct clone *clone, const struct git_id *id,
                   struct arena *arena, struct err *err)
{
    *out = (struct object_content){ 0 };
    if (tree_read_object_size(&out->len, clone, id, err) < 0)
        return -1;
    return out->len > FILE_MAX ? 0 : tree_read_object(out, clone, id, GIT_OBJECT_BLOB, arena, err);
}

/* "100644": octal digits up to a blank. */
static const char *parse_mode(unsigned *mode, const char *at, const char *end)
{
    *mode = 0;
    for (; at < end && *at >= '0' && *at <= '7' && *mode < 0200000; at++)
        *mode = *mode * 8 + (unsigned)(*at - '0');
    return at < end && *at == ' ' && *mode > 0 ? at + 1 : NULL;
}

bool tree_read_parse(struct tree_list *out, const char *bytes, size_t len, struct arena *arena)
{
    const char *at = bytes, *end = bytes + len;

    *out = (struct tree_list){ 0 };
    while (at < end) {
        struct tree_item item;
        const char *nul;

        if (!(at = parse_mode(&item.mode, at, end)))
            return false;
        nul = memchr(at, '\0', (size_t)(end - at));
        if (!nul || nul == at || (size_t)(end - nul) <= sizeof item.id.bytes)
            return false;
        item.name = arena_text(arena, at);
        if (strchr(item.name, '/'))
            return false;
        memcpy(item.id.bytes, nul + 1, sizeof item.id.bytes);
        at = nul + 1 + sizeof item.id.bytes;
        *ARENA_PUSH(arena, out->items, out->count) = item;
    }
    return true;
}

int tree_read(struct tree_list *out, struct clone *clone, const struct git_id *id,
              struct arena *arena, struct err *err)
{
    struct object_content tree;
    char hex[41];

    *out = (struct tree_list){ 0 };
    if (!id)
        return 0;
    if (tree_read_object(&tree, clone, id, GIT_OBJECT_TREE, arena, err) < 0)
        return -1;
    if (tree_read_parse(out, tree.bytes, tree.len, arena))
        return 0;
    git_id_hex(hex, id);
    return err_set(err, ERR_GIT, GIT_EINVALID, "tree %s of %s is malformed", hex,
                   clone->peer.url.shown);
}

const struct tree_item *tree_list_find(const struct tree_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}

int tree_read_find(struct tree_item *out, struct clone *clone, const struct git_id *root,
                   const char *path, struct arena *arena, struct err *err)
{
    *out = (struct tree_item){ .name = "", .mode = MODE_DIR, .id = *root };
    while (*path) {
        size_t len = strcspn(path, "/");
        const char *name = arena_bytes(arena, path, len);
        const struct tree_item *found = NULL;
        struct tree_list list;

        if (len && is_dir(out)) {
            if (tree_read(&list, clone, &out->id, arena, err) < 0)
                return -1;
            found = tree_list_find(&list, name);
        }
        if (len) {
            *out = found ? *found : (struct tree_item){ .name = name };
            if (!found)
                return 0;
        }
        path += len;
        path += *path == '/';
    }
    return 0;
}
