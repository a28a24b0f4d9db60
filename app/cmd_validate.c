/* app/cmd_validate.c - weft validate: every mistake in the specs, and what resolution says of them.
 */
#include "app/command.h"
#include "app/load.h"
#include "app/remote.h"
#include "base/files.h"
#include "base/words.h"
#include "translate/translate.h"
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

    if (git_start(COMMAND_USER_AGENT, err) < 0
        || remote_access_open(&access, specs->url, &specs->auth, out->arena, err) < 0)
        return -1;
    if (make_dirs(config->cache_path, 0700, err) == 0
        && clone_open(&clone, folder, &access.spec, err) == 0
        && clone_fetch(clone, commit, specs->ref, false, err) == 0
        && snapshot_open(&snapshot, clone, commit, err) == 0)
        result = load_snapshot(&out->specs, &out->files, snapshot, specs->path,
                               config->pod_namespace, out->arena, &out->diags, err);
    remote_access_close(&access);
    return result;
}

static size_t print_messages(const char *kind, struct object_ref ref, const char *target,
                             const struct messages *messages)
{
    for (size_t i = 0; i < messages->count; i++)
        printf("%s %s/%s%s%s: %s\n", kind, ref.namespace, ref.name, *target ? ", " : "", target,
               messages->texts[i]);
    return messages->count;
}

static size_t print_targets(const char *kind, struct object_ref ref,
                            const struct target_status *targets, size_t count)
{
    size_t errors = 0;

    for (size_t i = 0; i < count; i++)
        errors += print_messages(kind, ref, targets[i].key, &targets[i].errors);
    return errors;
}

/* Mistakes that only show when the objects are seen together. */
static int check_together(size_t *errors, struct validation *validation, struct err *err)
{
    struct translate_options options = { .program = "weft " WEFT_VERSION };
    struct plan plan;

    if (translate_resolve(&plan, &validation->specs, &options, &tree_reader_empty,
                          validation->arena, err)
        < 0)
        return -1;
    for (size_t i = 0; i < plan.mesh_count; i++) {
        const struct vm_status *status = &plan.meshes[i].status;
        const size_t own = print_messages("VirtualMesh", status->ref, "", &status->errors);

        if (!specs_is_refused(&validation->specs, KIND_VIRTUAL_MESH, status->ref))
            *errors += own; /* else they follow from a mistake that was counted with its place */
        *errors += print_targets("VirtualMesh", status->ref, status->meshes, status->mesh_count);
        *errors += print_targets("VirtualMesh", status->ref, status->destinations,
                                 status->destination_count);
    }
    for (size_t i = 0; i < plan.policy_count; i++) {
        const struct policy_status *status = &plan.policies[i];
        const size_t own = print_messages("AccessPolicy", status->ref, "", &status->errors);

        if (!specs_is_refused(&validation->specs, KIND_ACCESS_POLICY, status->ref))
            *errors += own;
        *errors += print_targets("AccessPolicy", status->ref, status->destinations,
                                 status->destination_count);
    }
    return 0;
}

static int load_any(struct validation *validation, const struct options *options, struct err *err,
                    int *status)
{
    struct config config;

    *status = EXIT_FAILED;
    if (options->specs)
        return load_folder(&validation->specs, &validation->files, options->specs, NULL,
                           validation->arena, &validation->diags, err);
    if (!command_config(&config, options, validation->arena, status)) {
        *err->text = '\0';
        return -1;
    }
    AUTO_SCRATCH scratch = scratch_open(&config, validation->arena);

    return load_commit(validation, &config, err);
}

int validate_command(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct validation validation = { .diags = { .arena = arena }, .arena = arena };
    struct err err;
    size_t errors;
    int status;

    if (load_any(&validation, options, &err, &status) < 0) {
        if (*err.text)
            fprintf(stderr, "weft: %s\n", err.text);
        return status;
    }
    diags_sort(&validation.diags);
    command_diags(stdout, &validation.diags);
    errors = validation.diags.errors;
    if (check_together(&errors, &validation, &err) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return EXIT_FAILED;
    }
    if (errors) {
        printf("%s in %s\n", count_text(errors, "mistake", arena),
               count_text(validation.files, "file", arena));
        return EXIT_REFUSED;
    }
    printf("%s fine: %s, %s, %s\n", count_text(validation.files, "file", arena),
           count_text(validation.specs.virtual_mesh_count, "virtual mesh", arena),
           count_text(validation.specs.mesh_count, "mesh", arena),
           count_text(validation.specs.destination_count, "destination", arena));
    return EXIT_CONVERGED;
}
