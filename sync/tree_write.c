/* sync/tree_write.c - computes the Git trees of file trees, shared directories once. */
#include "sync/tree_write.h"

#include "sync/transport/pack_writer.h"
#include "sync/tree_read.h"
#include <stdlib.h>

int tree_write_compare(const char *a, bool a_dir, const char *b, bool b_dir)
{
    size_t at = 0;
    unsigned char x, y;

    while (a[at] && a[at] == b[at])
        at++;
    x = (unsigned char)(a[at] ? a[at] : a_dir ? '/' : '\0');
    y = (unsigned char)(b[at] ? b[at] : b_dir ? '/' : '\0');
    return (x > y) - (x < y);
}

static int compare_entries(const void *a, const void *b)
{
    const struct filetree_entry *x = *(const struct filetree_entry *const *)a;
    const struct filetree_entry *y = *(const struct filetree_entry *const *)b;

    return tree_write_compare(x->name, x->dir != NULL, y->name, y->dir != NULL);
}

const struct filetree_entry **tree_write_order(struct filetree *dir, size_t *count,
                                               struct arena *arena)
{
    const struct filetree_entry *entries = filetree_entries(dir, count);
    const struct filetree_entry **list = ARENA_NEW(arena, const struct filetree_entry *, *count);

    for (size_t i = 0; i < *count; i++)
        list[i] = &entries[i];
    if (*count)
        qsort(list, *count, sizeof(void *), compare_entries);
    return list;
}

void tree_write_add(struct text *out, unsigned mode, const char *name, const struct git_id *id)
{
    text_addf(out, "%o %s", mode, name);
    text_addc(out, '\0');
    text_add(out, (const char *)id->bytes, sizeof id->bytes);
}

static void add_entry(struct text *out, struct new_trees *trees, const struct filetree_entry *entry)
{
    const struct new_tree *dir = entry->dir ? tree_write_of(trees, entry->dir) : NULL;

    if (!dir)
        tree_write_add(out, MODE_FILE, entry->name, &entry->blob);
    else if (!dir->empty)
        tree_write_add(out, MODE_DIR, entry->name, &dir->id);
}

const struct new_tree *tree_write_of(struct new_trees *trees, struct filetree *dir)
{
    const char *key = arena_printf(trees->arena, "%p", (void *)dir);
    struct new_tree *tree = map_find(trees->known, key);
    const struct filetree_entry **entries;
    AUTO_TEXT bytes = { 0 };
    size_t count;

    if (tree)
        return tree;
    entries = tree_write_order(dir, &count, trees->arena);
    for (size_t i = 0; i < count; i++)
        add_entry(&bytes, trees, entries[i]);
    tree = ARENA_NEW(trees->arena, struct new_tree, 1);
    tree->empty = bytes.len == 0;
    tree->id = pack_writer_object_id(OBJECT_TREE, bytes.len ? bytes.bytes : "", bytes.len);
    map_put(trees->known, key, tree);
    return tree;
}
