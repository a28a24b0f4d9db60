/* sync/tree_path.c - remembers the folders on the way to the last path.
 *
 * A pass reads hundreds of files of one commit, most of them beside each other. Each path begins at
 * the root, so without a memory a folder of n files is taken apart n times: time and memory grow
 * with the square of n, and every account with write access to the branch can choose n. One folder
 * is kept for each level, as a map of its names, and is given back when another folder of that
 * level is opened. So memory is bounded by the folders of one path, and n files cost n look-ups.
 *
 * A tree with one name twice is malformed for git fsck, but can be pushed to a server that does not
 * run it; the first of them counts, as in tree_list_find. */
#include "sync/tree_path.h"

#include "base/map.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 16 }; /* weft's own paths have six; deeper folders share the last one */

struct level {
    struct arena *arena; /* NULL: none was opened */
    struct git_id id;
    struct map *items; /* struct tree_item by name */
};
struct tree_path {
    struct level levels[LEVELS];
};

struct tree_path *tree_path_new(void)
{
    struct tree_path *path = memory_grow(NULL, sizeof *path);

    *path = (struct tree_path){ 0 };
    return path;
}

static void forget(struct level *level)
{
    if (level->arena)
        arena_free(level->arena);
    *level = (struct level){ 0 };
}

void tree_path_close(struct tree_path *path)
{
    for (size_t i = 0; i < LEVELS; i++)
        forget(&path->levels[i]);
    free(path);
}

static int open_level(struct level *level, struct clone *clone, const struct git_id *id,
                      struct err *err)
{
    AUTO(arena_free) struct arena *arena = NULL;
    struct tree_list list;

    if (level->arena && git_id_equal(&level->id, id))
        return 0;
    forget(level);
    arena = arena_new();
    if (tree_read(&list, clone, id, arena, err) < 0)
        return -1;
    level->items = map_new(arena);
    for (size_t i = list.count; i-- > 0;) /* backwards: the first of equal names stays */
        map_put(level->items, list.items[i].name, &list.items[i]);
    level->id = *id;
    level->arena = TAKE(arena);
    return 0;
}

int tree_path_find(struct tree_item *out, struct tree_path *path, struct clone *clone,
                   const struct git_id *root, const char *at, struct arena *arena, struct err *err)
{
    size_t depth = 0;

    *out = (struct tree_item){ .name = "", .mode = MODE_DIR, .id = *root };
    while (*(at += strspn(at, "/"))) {
        const char *name = arena_bytes(arena, at, strcspn(at, "/"));
        struct level *level = &path->levels[depth < LEVELS ? depth : LEVELS - 1];
        const struct tree_item *found = NULL;

        if (is_dir(out)) {
            if (open_level(level, clone, &out->id, err) < 0)
                return -1;
            found = map_find(level->items, name);
        }
        if (!found) {
            *out = (struct tree_item){ .name = name };
            return 0;
        }
        *out = *found;
        out->name = name;
        at += strlen(name);
        depth++;
    }
    return 0;
}
