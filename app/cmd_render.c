/* app/cmd_render.c - weft render: a folder of specs to a folder of manifests; no Git, no state, no
 * keys. */
#include "app/command.h"
#include "app/load.h"
#include "base/files.h"
#include "base/words.h"
#include "translate/translate.h"
#include "version.h"
#include <string.h>

struct rendering {
    const char *folder;
    const struct blob_memory *memory;
    struct arena *arena;
    struct err *err;
    size_t files;
};

static int write_file(void *context, const char *path, const struct git_id *blob)
{
    struct rendering *rendering = context;
    const char *full = arena_printf(rendering->arena, "%s/%s", rendering->folder, path);
    const char *slash = strrchr(full, '/');
    size_t len;
    const char *bytes = blob_memory_find(rendering->memory, blob, &len);

    if (make_dirs(arena_bytes(rendering->arena, full, (size_t)(slash - full)), 0755, rendering->err)
        < 0)
        return -1;
    rendering->files++;
    return file_write(full, bytes, len, 0644, rendering->err);
}

/* What another run left behind would be read by the next consumer as if it were wanted. */
static int check_empty(const char *folder, struct arena *arena, struct err *err)
{
    struct tree_reader reader = folder_reader(folder);
    const char **names;
    size_t count;

    if (reader.list(reader.context, "", &names, &count, arena, err) < 0)
        return -1;
    if (count)
        return err_set(err, ERR_INPUT, 0, "%s is not empty; name a new or empty folder as --output",
                       folder);
    return 0;
}

static int render(const struct options *options, struct diags *diags, size_t *files, bool *refused,
                  struct arena *arena, struct err *err)
{
    struct translate_options how = { .program = "weft " WEFT_VERSION };
    struct blob_memory *memory = blob_memory_new(arena);
    struct blobs blobs = blob_memory_sink(memory);
    struct filetree *tree = filetree_new(arena);
    struct rendering rendering = { options->output, memory, arena, err, 0 };
    struct specs specs;
    struct plan plan;

    if (check_empty(options->output, arena, err) < 0
        || load_folder(&specs, files, options->specs, NULL, arena, diags, err) < 0
        || translate_resolve(&plan, &specs, &how, &tree_reader_empty, arena, err) < 0
        || translate_render(tree, &plan, &blobs, &tree_reader_empty, arena, err) < 0
        || filetree_walk(tree, write_file, &rendering) < 0)
        return -1;
    for (size_t i = 0; i < plan.mesh_count; i++)
        *refused = *refused || plan.meshes[i].status.state != APPROVAL_ACCEPTED;
    *files = rendering.files;
    return 0;
}

int render_command(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct diags diags = { .arena = arena };
    bool refused = false;
    struct err err;
    size_t files;

    if (render(options, &diags, &files, &refused, arena, &err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return EXIT_FAILED;
    }
    diags_sort(&diags);
    command_diags(stderr, &diags);
    if (!options->quiet)
        printf("%s written to %s\n", count_text(files, "file", arena), options->output);
    if (diags.errors || refused) {
        fprintf(stderr, "weft: some specs were refused; \"weft validate --specs %s\" tells all\n",
                options->specs);
        return EXIT_REFUSED;
    }
    return EXIT_CONVERGED;
}
