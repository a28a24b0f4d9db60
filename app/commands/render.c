/* app/commands/render.c - weft render: a folder of specs to a folder of manifests; no Git, no
 * state, no keys.
 *
 * For a first look, and for tests of specs: the result is what the first pass of an empty branch
 * would commit, without the trust that only a state can give. The folder must be new or empty
 * (output_folder_check): files that an earlier run left there would look rendered. */
#include "app/commands/render.h"
#include "app/commands/command.h"
#include "app/commands/inventory_source.h"
#include "app/output_folder.h"
#include "app/specs_source.h"
#include "base/blobs.h"
#include "base/plural.h"
#include "translate/findings.h"
#include "translate/render.h"
#include "translate/resolve.h"
#include "version.h"
#include <string.h>

struct render_job {
    const struct options *options;
    struct config config;
    bool configured;
    struct translate_options how;
    const char *pod_namespace;
    struct diags diags;
    struct findings findings;
    size_t files;
    bool refused;
    struct arena *arena;
};

/* How a pass would translate: as the configuration says, when there is one. */
static bool how_to_translate(struct render_job *job, int *status)
{
    job->how = (struct translate_options){ .program = "weft " WEFT_VERSION };
    if (!job->options->config) {
        command_confine(NULL, job->options, job->arena);
        return true;
    }
    if (!command_config(&job->config, job->options, job->arena, status))
        return false;
    job->configured = true;
    job->how = config_translate_options(&job->config);
    job->pod_namespace = job->config.pod_namespace;
    return true;
}

static int read_specs(struct specs *out, struct render_job *job, struct err *err)
{
    const char *named = job->options->inventory;
    struct inventory_source inventory;

    if (specs_source_folder(out, &job->files, job->options->specs, job->pod_namespace, job->arena,
                            &job->diags, err)
        < 0)
        return -1;
    if (!named)
        return 0;
    AUTO_SCRATCH scratch =
        job->configured ? scratch_open(&job->config, job->arena) : (struct scratch){ NULL };

    if (inventory_source_find(&inventory, job->configured ? &job->config : NULL, named, job->arena,
                              err)
        < 0)
        return -1;
    inventory_source_join(&inventory, out, &job->findings, job->arena);
    return 0;
}

static int render(struct render_job *job, struct err *err)
{
    struct blob_memory *memory = blob_memory_new(job->arena);
    struct blobs blobs = blob_memory_sink(memory);
    struct filetree *tree = filetree_new(job->arena);
    struct specs specs;
    struct plan plan;

    if (output_folder_check(job->options->output, job->arena, err) < 0
        || read_specs(&specs, job, err) < 0
        || translate_resolve(&plan, &specs, &job->how, &tree_reader_empty, job->arena, err) < 0
        || translate_render(tree, &plan, &blobs, &tree_reader_empty, job->arena, err) < 0
        || output_folder_write(&job->files, job->options->output, tree, memory, job->arena, err)
               < 0)
        return -1;
    job->refused = resolve_is_refused(&plan);
    diags_sort(&job->diags);
    findings_gather(&job->findings, &job->diags, &specs, &plan);
    return 0;
}

/* What the proposed command needs as well. */
static const char *inventory_option(const struct render_job *job)
{
    if (job->options->inventory)
        return arena_printf(job->arena, " --inventory %s", job->options->inventory);
    return job->configured && job->config.discovery.enabled
               ? arena_printf(job->arena, " --inventory DIR")
               : "";
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

    if (!how_to_translate(&job, &status))
        return status;
    if (render(&job, &err) < 0)
        return command_failed(&err);
    command_findings(stderr, "", &job.findings, options);
    if (!options->quiet && !job.files)
        printf("nothing to write; %s was not made\n", options->output);
    else if (!options->quiet)
        printf("%s written to %s\n", plural_count(job.files, "file", arena), options->output);
    if (job.diags.errors || job.refused) {
        fprintf(stderr,
                "weft: some specs were refused; \"weft validate --specs %s%s\" lists them\n",
                options->specs, inventory_option(&job));
        return EXIT_REFUSED;
    }
    return EXIT_CONVERGED;
}
