/* app/inventory_read.c - files of an inventory to objects, by the decoder of the specs.  Must
 * not use a part of an inventory: an object that is left out would look like one that is gone.
 *
 * The three sources (a commit, a tree that is not a commit yet, a folder) use one decoder and one
 * rule: one mistake refuses the whole. Specs of people are served without the object that is
 * wrong; an inventory is written by weft, so a mistake in it means damage or a foreign edit, and
 * taking the rest would withdraw the Services that are missing. A branch without the folder is an
 * inventory of nothing, as before the first discovery. */
#include "app/inventory_read.h"
#include "app/specs_source.h"
#include "base/text.h"
#include "sync/publish.h"

static int check(const struct diags *diags, struct err *err)
{
    for (const struct diag *diag = diags->first; diag; diag = diag->next) {
        AUTO_TEXT text = { 0 };

        if (diag->level != DIAG_ERROR)
            continue;
        diag_print(&text, diag);
        return err_set(err, ERR_INPUT, 0, "%s", text.bytes);
    }
    return 0;
}

/* A commit is read where it was written, so an inventory that was made before inventory.path was
 * changed is not one of nothing. */
const char *inventory_read_path(struct snapshot *snapshot, const struct config *config,
                                struct arena *arena)
{
    const char *written = snapshot_trailer(snapshot, TRAILER_INVENTORY_PATH, arena);

    if (written)
        return written;
    return snapshot_trailer(snapshot, TRAILER_SOURCE_COMMIT, arena) ? "" : config->inventory.path;
}

int inventory_read_commit(struct specs *out, struct snapshot *snapshot, const struct config *config,
                          struct arena *arena, struct err *err)
{
    struct diags diags = { .arena = arena };
    const char *path = inventory_read_path(snapshot, config, arena);
    const struct tree_reader reader = snapshot_reader(snapshot, path, arena);
    const char **names;
    size_t count, files;

    *out = (struct specs){ .pod_namespace = config->pod_namespace };
    if (reader.list(reader.context, INVENTORY_FOLDER, &names, &count, arena, err) < 0)
        return -1;
    if (!count)
        return 0;
    if (specs_source_snapshot(out, &files, snapshot,
                              arena_printf(arena, "%s%s" INVENTORY_FOLDER, path, *path ? "/" : ""),
                              config->pod_namespace, arena, &diags, err)
        < 0)
        return -1;
    return check(&diags, err);
}

struct walk {
    struct specs_reader *reader;
    const struct blob_memory *memory;
};

static int read_blob(void *context, const char *path, const struct git_id *blob)
{
    const struct walk *walk = context;
    size_t len;
    const char *bytes =
        text_ends(path, ".yaml") ? blob_memory_find(walk->memory, blob, &len) : NULL;

    if (bytes)
        specs_add(walk->reader, path, bytes, len);
    return 0;
}

int inventory_read_tree(struct specs *out, struct filetree *tree, const struct blob_memory *memory,
                        const char *pod_namespace, struct arena *arena, struct err *err)
{
    struct diags diags = { .arena = arena };
    struct walk walk = { specs_begin(arena, &diags, pod_namespace), memory };

    (void)filetree_walk(tree, read_blob, &walk);
    specs_end(out, walk.reader);
    return check(&diags, err);
}

int inventory_read_folder(struct specs *out, const char *folder, const char *pod_namespace,
                          struct arena *arena, struct err *err)
{
    struct diags diags = { .arena = arena };
    size_t files;

    if (specs_source_folder(out, &files, folder, pod_namespace, arena, &diags, err) < 0)
        return -1;
    return check(&diags, err);
}
