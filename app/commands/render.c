/* app/commands/render.c - weft render: a folder of specs to a folder of manifests; no Git, no
 * state, no keys. */
#include "app/commands/render.h"
#include "app/commands/command.h"
#include "app/specs_source.h"
#include "base/blobs.h"
#include "base/files.h"
#include "base/folder.h"
#include "base/plural.h"
#include "translate/findings.h"
#include "translate/render.h"
#include "translate/resolve.h"
#include "version.h"
#include <string.h>

struct render_target {
    const char *folder;
    const struct blob_memory *memory;
    struct arena *arena;
    struct err *err;
    size_t files;
};

static int write_file(void *context, const char *path, const struct git_id *blob)
{
    struct render_target *rendering = context;
    const char *full = arena_printf(rendering->arena, "%s/%s", rendering->folder, path);
    const char *slash = strrchr(full, '/');
    size_t len;
    const char *bytes = blob_memory_find(rendering->memory, blob, &len);

    if (file_make_folders(arena_bytes(rendering->arena, full, (size_t)(slash - full)), 0755,
                          rendering->err)
        < 0)
        return -1;
    rendering->files++;
    return file_write(full, bytes, len, 0644, rendering->err);
}

/* What another run left behind would be read by the next consumer as if it were wanted. */
static int check_empty(const char *folder, struct arena *arena, struct err *err)
{
    struct tree_reader reader = folder_tree_reader(folder);
    const char **names;
    size_t count;

    if (reader.list(reader.context, "", &names, &count, arena, err) < 0)
        return -1;
    if (count)
        return err_set(err, ERR_INPUT, 0, "%s is not empty; name a new or empty folder as --output",
                       folder);
    return 0;
}

/* How a pass would translate: as the configuration says, when there is one. */
static bool how_to_translate(struct translate_options *out, const char **pod_namespace,
                             const struct options *options, struct arena *arena, int *status)
{
    struct config config;

    *out = (struct translate_options){ .program = "weft " WEFT_VERSION };
    *pod_namespace = NULL;
    if (!options->config) {
        command_confine(NULL, options, arena);
        return true;
    }
    if (!command_config(&config, options, arena, status))
        return false;
    *out = config_translate_options(&config);
    *pod_namespace = config.pod_namespace;
    return true;
}

static bool plan_refused(const struct plan *plan)
{
    for (size_t i = 0; i < plan->mesh_count; i++)
        if (plan->meshes[i].status.state != APPROVAL_ACCEPTED)
            return true;
    for (size_t i = 0; i < plan->policy_count; i++)
        if (plan->policies[i].state != APPROVAL_ACCEPTED)
            return true;
    return false;
}

struct render_job {
    const struct options *options;
    struct translate_options how;
    const char *pod_namespace;
    struct diags diags;
    struct findings findings;
    size_t files;
    bool refused;
    struct arena *arena;
};

static int render(struct render_job *job, struct err *err)
{
    struct blob_memory *memory = blob_memory_new(job->arena);
    struct blobs blobs = blob_memory_sink(memory);
    struct filetree *tree = filetree_new(job->arena);
    struct render_target rendering = { job->options->output, memory, job->arena, err, 0 };
    struct specs specs;
    struct plan plan;

    if (check_empty(job->options->output, job->arena, err) < 0
        || specs_source_folder(&specs, &job->files, job->options->specs, job->pod_namespace,
                               job->arena, &job->diags, err)
               < 0
        || translate_resolve(&plan, &specs, &job->how, &tree_reader_empty, job->arena, err) < 0
        || translate_render(tree, &plan, &blobs, &tree_reader_empty, job->arena, err) < 0
        || filetree_walk(tree, write_file, &rendering) < 0)
        return -1;
    job->refused = plan_refused(&plan);
    diags_sort(&job->diags);
    findings_gather(&job->findings, &job->diags, &specs, &plan);
    job->files = rendering.files;
    return 0;
}

int render_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct render_job job = { .options = options,
                              .diags = { .arena = arena },
                              .findings = { .arena = arena },
                              .arena = arena };
    struct err err;
    int status;

    if (!how_to_translate(&job.how, &job.pod_namespace, options, arena, &status))
        return status;
    if (render(&job, &err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return EXIT_FAILED;
    }
    command_findings(stderr, &job.findings, options);
    if (!options->quiet && !job.files)
        printf("nothing to write; %s was not made\n", options->output);
    else if (!options->quiet)
        printf("%s written to %s\n", plural_count(job.files, "file", arena), options->output);
    if (job.diags.errors || job.refused) {
        fprintf(stderr, "weft: some specs were refused; \"weft validate --specs %s\" tells all\n",
                options->specs);
        return EXIT_REFUSED;
    }
    return EXIT_CONVERGED;
}
