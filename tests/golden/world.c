/* tests/golden/world.c - whole passes of the pure core in memory. */
#include "world.h"
#include "base/blobs.h"
#include "base/folder.h"
#include "base/write_yaml.h"
#include "translate/render.h"
#include "translate/resolve.h"

#include "base/files.h"
#include "base/write.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int read_below(struct files *out, const struct tree_reader *reader, const char *dir,
                      struct arena *arena, struct err *err)
{
    const char **names;
    size_t count;

    if (reader->list(reader->context, dir, &names, &count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(names[i]);
        const char *path = arena_printf(arena, "%s%s%.*s", dir, *dir ? "/" : "",
                                        (int)(text_ends(names[i], "/") ? len - 1 : len), names[i]);
        char *bytes;

        if (text_ends(names[i], "/")) {
            if (read_below(out, reader, path, arena, err) < 0)
                return -1;
            continue;
        }
        if (reader->read(reader->context, path, &bytes, &len, arena, err) < 0)
            return -1;
        if (bytes)
            files_add(out, path, bytes, len, arena);
    }
    return 0;
}

int files_read(struct files *out, const char *folder, struct arena *arena, struct err *err)
{
    struct tree_reader reader = folder_tree_reader(folder);

    *out = (struct files){ 0 };
    if (read_below(out, &reader, "", arena, err) < 0)
        return -1;
    files_sort(out);
    return 0;
}

void files_add(struct files *files, const char *path, const char *bytes, size_t len,
               struct arena *arena)
{
    *ARENA_PUSH(arena, files->items, files->count) = (struct file){ path, bytes, len };
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

void files_sort(struct files *files)
{
    if (files->count)
        qsort(files->items, files->count, sizeof *files->items, compare_files);
}

const struct file *files_find(const struct files *files, const char *path)
{
    const struct file key = { .path = path };

    return files->count ? bsearch(&key, files->items, files->count, sizeof key, compare_files)
                        : NULL;
}

static int read_file(void *context, const char *path, char **bytes, size_t *len,
                     struct arena *arena, struct err *err)
{
    const struct file *file = files_find(context, path);

    (void)err;
    *bytes = file ? arena_bytes(arena, file->bytes, file->len) : NULL;
    *len = file ? file->len : 0;
    return 0;
}

static int list_files(void *context, const char *path, const char ***names, size_t *count,
                      struct arena *arena, struct err *err)
{
    const struct files *files = context;
    const size_t skip = *path ? strlen(path) + 1 : 0;
    const char *prefix = *path ? arena_printf(arena, "%s/", path) : "";

    (void)err;
    *names = NULL;
    *count = 0;
    for (size_t i = 0; i < files->count; i++) {
        const char *rest, *name;
        size_t len;

        if (!text_starts(files->items[i].path, prefix))
            continue;
        rest = files->items[i].path + skip;
        len = strcspn(rest, "/");
        name = arena_bytes(arena, rest, len + (rest[len] == '/'));
        if (!*count || !text_equal((*names)[*count - 1], name))
            *ARENA_PUSH(arena, *names, *count) = name;
    }
    return 0;
}

struct tree_reader files_reader(const struct files *files)
{
    union { /* the reader only reads, but its context is for readers that change */
        const struct files *in;
        void *out;
    } context = { .in = files };

    return (struct tree_reader){ read_file, list_files, context.out };
}

static int read_branch(void *context, const char *path, char **bytes, size_t *len,
                       struct arena *arena, struct err *err)
{
    const struct branch *branch = context;
    const struct filetree_entry *entry = filetree_find(branch->tree, path);
    const char *found;

    (void)err;
    *bytes = NULL;
    *len = 0;
    if (!entry || entry->dir)
        return 0;
    found = blob_memory_find(branch->memory, &entry->blob, len);
    *bytes = arena_bytes(arena, found, *len);
    return 0;
}

static int list_branch(void *context, const char *path, const char ***names, size_t *count,
                       struct arena *arena, struct err *err)
{
    const struct branch *branch = context;
    const struct filetree_entry *entry = *path ? filetree_find(branch->tree, path) : NULL;
    struct filetree *dir = *path ? (entry ? entry->dir : NULL) : branch->tree;
    const struct filetree_entry *entries = NULL;

    (void)err;
    *count = 0;
    if (dir)
        entries = filetree_entries(dir, count);
    *names = ARENA_NEW(arena, const char *, *count);
    for (size_t i = 0; i < *count; i++)
        (*names)[i] = arena_printf(arena, "%s%s", entries[i].name, entries[i].dir ? "/" : "");
    return 0;
}

struct tree_reader branch_reader(struct branch *branch)
{
    return (struct tree_reader){ read_branch, list_branch, branch };
}

struct collection {
    struct files *files;
    const struct blob_memory *memory;
    struct arena *arena;
};

static int collect(void *context, const char *path, const struct git_id *blob)
{
    struct collection *collection = context;
    size_t len;
    const char *bytes = blob_memory_find(collection->memory, blob, &len);

    files_add(collection->files, arena_text(collection->arena, path), bytes, len,
              collection->arena);
    return 0;
}

/* As the program writes it beside the manifests. */
static void add_record(struct files *files, const struct planned_virtual_mesh *mesh,
                       const struct record *former, struct arena *arena)
{
    const char **keys = ARENA_NEW(arena, const char *, mesh->status.mesh_count);
    struct record record = {
        .ref = mesh->status.ref,
        .spec_digest = mesh->virtual_mesh->digest,
        .state = mesh->status.state,
        .meshes = keys,
        .mesh_count = mesh->status.mesh_count,
        .addresses = mesh->addresses,
        .address_count = mesh->address_count,
        .status = &mesh->status,
    };
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < mesh->status.mesh_count; i++)
        keys[i] = mesh->status.meshes[i].key;
    if (mesh->retained) {
        record.spec_digest = former ? former->spec_digest : "";
        record.meshes = former ? former->meshes : NULL;
        record.mesh_count = former ? former->mesh_count : 0;
    }
    record_write(&text, &record, arena);
    files_add(files, record_path(record.ref, arena), arena_text(arena, text.bytes), text.len,
              arena);
}

static int add_records(struct pass *pass, const struct tree_reader *before, struct arena *arena,
                       struct err *err)
{
    for (size_t i = 0; i < pass->plan.virtual_mesh_count; i++) {
        const struct planned_virtual_mesh *mesh = &pass->plan.virtual_meshes[i];
        struct record former;
        char *bytes;
        size_t len;

        if (before->read(before->context, record_path(mesh->status.ref, arena), &bytes, &len, arena,
                         err)
            < 0)
            return -1;
        if (bytes && record_read(&former, bytes, len, arena, err) < 0)
            return -1;
        add_record(&pass->output, mesh, bytes ? &former : NULL, arena);
    }
    return 0;
}

/* The Git id of a folder, and in seen every distinct object of it. */
static struct git_id count_objects(struct map *seen, struct filetree *tree, struct arena *arena)
{
    size_t count;
    const struct filetree_entry *entries = filetree_entries(tree, &count);
    AUTO_TEXT text = { 0 };
    struct git_id id;
    char *hex;

    for (size_t i = 0; i < count; i++) {
        id = entries[i].dir ? count_objects(seen, entries[i].dir, arena) : entries[i].blob;
        hex = arena_alloc(arena, 41, 1);
        git_id_hex(hex, &id);
        map_put(seen, hex, seen);
        text_addf(&text, "%s %s\n", entries[i].name, hex);
    }
    return git_id_of_blob(text.bytes, text.len);
}

static bool strikes(struct failing *failing, struct err *err)
{
    if (++failing->calls != failing->at)
        return false;
    err_set(err, ERR_SYSTEM, EIO, "failed on purpose");
    return true;
}

struct unreliable {
    struct tree_reader reader;
    struct blobs blobs;
    struct failing *failing;
};

static int try_read(void *context, const char *path, char **bytes, size_t *len, struct arena *arena,
                    struct err *err)
{
    struct unreliable *to = context;

    if (strikes(to->failing, err))
        return -1;
    return to->reader.read(to->reader.context, path, bytes, len, arena, err);
}

static int try_list(void *context, const char *path, const char ***names, size_t *count,
                    struct arena *arena, struct err *err)
{
    struct unreliable *to = context;

    if (strikes(to->failing, err))
        return -1;
    return to->reader.list(to->reader.context, path, names, count, arena, err);
}

static int try_put(void *context, struct git_id *id, const char *bytes, size_t len, struct err *err)
{
    struct unreliable *to = context;

    if (strikes(to->failing, err))
        return -1;
    return to->blobs.put(to->blobs.context, id, bytes, len, err);
}

int pass_run(struct pass *out, const struct files *specs, const struct translate_options *options,
             const struct files *before, struct arena *arena, struct err *err)
{
    return pass_run_failing(out, specs, options, before, &(struct failing){ 0, 0 }, arena, err);
}

int pass_run_failing(struct pass *out, const struct files *specs,
                     const struct translate_options *options, const struct files *before,
                     struct failing *failing, struct arena *arena, struct err *err)
{
    struct blob_memory *memory = blob_memory_new(arena);
    struct unreliable to = { files_reader(before), blob_memory_sink(memory), failing };
    const struct tree_reader reader = { try_read, try_list, &to };
    const struct blobs blobs = { try_put, &to };
    struct filetree *tree = filetree_new(arena);
    struct collection collection = { &out->output, memory, arena };
    struct specs_reader *decoder;
    struct map *seen = map_new(arena);

    *out = (struct pass){ .diags = { .arena = arena } };
    decoder = specs_begin(arena, &out->diags, NULL);
    for (size_t i = 0; i < specs->count; i++)
        specs_add(decoder, specs->items[i].path, specs->items[i].bytes, specs->items[i].len);
    specs_end(&out->specs, decoder);
    if (translate_resolve(&out->plan, &out->specs, options, &reader, arena, err) < 0
        || translate_render(tree, &out->plan, &blobs, &reader, arena, err) < 0
        || filetree_walk(tree, collect, &collection) < 0
        || add_records(out, &to.reader, arena, err) < 0)
        return -1;
    count_objects(seen, tree, arena);
    out->objects = map_count(seen);
    files_sort(&out->output);
    return 0;
}

static struct node *trust_node(const struct trust_request *trust, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < trust->mesh_count; i++) {
        struct node *mesh = node_add(list, node_map(arena));

        node_set_text(arena, mesh, "mesh", trust->meshes[i].key);
        node_set_text(arena, mesh, "cluster", trust->meshes[i].cluster);
        node_set_text(arena, mesh, "namespace", trust->meshes[i].namespace);
        node_set_text(arena, mesh, "spiffeId", trust->meshes[i].spiffe_id);
    }
    return list;
}

static struct node *virtual_mesh_node(const struct planned_virtual_mesh *mesh, struct arena *arena)
{
    struct node *node = node_map(arena), *part;

    if (mesh->retained)
        node_set_bool(arena, node, "held", true);
    node_set(node, "status", status_encode_virtual_mesh(&mesh->status, true, arena));
    if (mesh->address_count) {
        part = node_set(node, "addresses", node_map(arena));
        for (size_t i = 0; i < mesh->address_count; i++)
            node_set_text(arena, part, mesh->addresses[i].key, mesh->addresses[i].value);
    }
    if (mesh->trust)
        node_set(node, "trust", trust_node(mesh->trust, arena));
    if (mesh->trust_retained)
        node_set_bool(arena, node, "trustHeld", true);
    return node;
}

const char *pass_status(const struct pass *pass, struct arena *arena)
{
    struct node *root = node_map(arena), *part;
    AUTO_TEXT text = { 0 };

    part = node_set(root, "virtualMeshes", node_map(arena));
    for (size_t i = 0; i < pass->plan.virtual_mesh_count; i++)
        node_set(part, object_ref_key(pass->plan.virtual_meshes[i].status.ref, arena),
                 virtual_mesh_node(&pass->plan.virtual_meshes[i], arena));
    if (pass->plan.policy_count)
        part = node_set(root, "accessPolicies", node_map(arena));
    for (size_t i = 0; i < pass->plan.policy_count; i++)
        node_set(part, object_ref_key(pass->plan.policies[i].ref, arena),
                 status_encode_policy(&pass->plan.policies[i], arena));
    write_yaml(&text, root);
    return arena_text(arena, text.bytes);
}

const char *pass_diags(const struct pass *pass, struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    for (const struct diag *diag = pass->diags.first; diag; diag = diag->next) {
        diag_print(&text, diag);
        text_addc(&text, '\n');
    }
    return text.len ? arena_text(arena, text.bytes) : "";
}
