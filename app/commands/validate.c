/* app/commands/validate.c - weft validate: every mistake in the specs, and what resolution says of
 * them.
 */
#include "app/commands/validate.h"
#include "app/commands/command.h"
#include "app/config_check.h"
#include "app/git_access.h"
#include "app/specs_source.h"
#include "base/files.h"
#include "base/plural.h"
#include "sync/clone.h"
#include "sync/fetch.h"
#include "sync/init.h"
#include "sync/snapshot.h"
#include "translate/findings.h"
#include "translate/resolve.h"
#include "version.h"

struct validation {
    struct specs specs;
    struct diags diags;
    size_t files;
    struct arena *arena;
};

static int load_commit(struct validation *out, const struct config *config, struct err *err)
{
    const struct config_specs *specs = &config->specs;
    const char *folder = arena_printf(out->arena, "%s/specs", config->cache_path);
    AUTO(clone_close) struct clone *clone = NULL;
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct remote_access access;
    char commit[41];
    int result = -1;

    if (init_git(COMMAND_USER_AGENT, err) < 0
        || remote_access_open(&access, specs->url, &specs->auth, out->arena, err) < 0)
        return -1;
    if (file_make_folders(config->cache_path, 0700, err) == 0
        && clone_open(&clone, folder, &access.spec, err) == 0
        && clone_fetch(clone, commit, specs->ref, false, err) == 0
        && snapshot_open(&snapshot, clone, commit, err) == 0)
        result = specs_source_snapshot(&out->specs, &out->files, snapshot, specs->path,
                                       config->pod_namespace, out->arena, &out->diags, err);
    remote_access_close(&access);
    return result;
}

/* Mistakes that only show when the objects are seen together. */
static int check_together(struct findings *findings, struct validation *validation, struct err *err)
{
    struct translate_options options = { .program = "weft " WEFT_VERSION };
    struct plan plan;

    if (translate_resolve(&plan, &validation->specs, &options, &tree_reader_empty,
                          validation->arena, err)
        < 0)
        return -1;
    findings_gather(findings, &validation->diags, &validation->specs, &plan);
    return 0;
}

/* What follows from another mistake is not counted again. */
static size_t count_mistakes(const struct findings *findings)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++)
        count +=
            findings->items[i].severity == SEVERITY_ERROR && !finding_follows(&findings->items[i]);
    return count;
}

static int load_any(struct validation *validation, const struct options *options, struct err *err,
                    int *status)
{
    struct config config;

    *status = EXIT_FAILED;
    if (options->specs) {
        command_confine(NULL, options, validation->arena);
        return specs_source_folder(&validation->specs, &validation->files, options->specs, NULL,
                                   validation->arena, &validation->diags, err);
    }
    if (!command_config(&config, options, validation->arena, status)) {
        *err->text = '\0';
        return -1;
    }
    AUTO_SCRATCH scratch = scratch_open(&config, validation->arena);

    if (load_commit(validation, &config, err) < 0)
        return -1;
    config_check_clusters(&config, &validation->specs, validation->arena, &validation->diags);
    return 0;
}

int validate_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct validation validation = { .diags = { .arena = arena }, .arena = arena };
    struct err err;
    struct findings findings = { .arena = arena };
    size_t errors;
    int status;

    if (load_any(&validation, options, &err, &status) < 0) {
        if (*err.text)
            fprintf(stderr, "weft: %s\n", err.text);
        return status;
    }
    diags_sort(&validation.diags);
    if (check_together(&findings, &validation, &err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return EXIT_FAILED;
    }
    command_findings(stdout, &findings, options);
    errors = count_mistakes(&findings) + diags_dropped(&validation.diags, DIAG_ERROR);
    if (errors) {
        printf("%s in %s\n", plural_count(errors, "mistake", arena),
               plural_count(validation.files, "file", arena));
        return EXIT_REFUSED;
    }
    printf("%s fine%s: %s, %s, %s\n", plural_count(validation.files, "file", arena),
           findings.warnings ? arena_printf(arena, " but for %s",
                                            plural_count(findings.warnings, "warning", arena))
                             : "",
           plural_count(validation.specs.virtual_mesh_count, "virtual mesh", arena),
           plural_count(validation.specs.mesh_count, "mesh", arena),
           plural_count(validation.specs.destination_count, "destination", arena));
    return EXIT_CONVERGED;
}
