/* app/commands/validate.c - weft validate: every mistake in the specs, and what resolution says of
 * them and of the inventory beside them.
 *
 * Three sources of mistakes come together: decoding (diags), objects seen together (resolution),
 * and the inventory beside the specs. Resolution runs although decoding found mistakes, with the
 * objects that are good, so that one run shows everything. It runs against an empty branch: what
 * was deployed before must not hide a mistake. */
#include "app/commands/validate.h"
#include "app/commands/command.h"
#include "app/commands/validate_report.h"
#include "app/config_check.h"
#include "app/specs_commit.h"
#include "app/specs_source.h"
#include "translate/findings.h"
#include "translate/resolve.h"
#include "version.h"

static int load_commit(struct validation *out, const struct config *config, struct err *err)
{
    static const char *const tip[] = { NULL };
    struct specs_commit commit = { .diags = { .arena = out->arena } };

    if (specs_commit_read(&commit, tip, 1, config, out->arena, err) < 0)
        return -1;
    out->specs = commit.specs;
    out->diags = commit.diags;
    out->files = commit.files;
    return 0;
}

/* Mistakes that only show when the objects are seen together. */
static int check_together(struct validation *validation, struct err *err)
{
    struct findings *findings = &validation->findings;
    struct translate_options options = { .program = "weft " WEFT_VERSION };
    struct plan plan;

    if (translate_resolve(&plan, &validation->specs, &options, &tree_reader_empty,
                          validation->arena, err)
        < 0)
        return -1;
    for (size_t i = 0; i < validation->remarks.count; i++)
        findings_add(findings, validation->remarks.items[i]);
    findings_gather(findings, &validation->diags, &validation->specs, &plan);
    return 0;
}

/* config NULL: only --inventory names one. */
static int join_inventory(struct validation *validation, const struct config *config,
                          const struct options *options, struct err *err)
{
    struct inventory_source *inventory = &validation->inventory;
    struct arena *arena = validation->arena;

    if (inventory_source_find(inventory, config, options->inventory, arena, err) < 0)
        return -1;
    inventory_source_join(inventory, &validation->specs, &validation->remarks, arena);
    return 0;
}

static int load_folder(struct validation *validation, const struct options *options,
                       struct err *err)
{
    validation->folder = options->specs;
    command_confine(NULL, options, validation->arena);
    if (specs_source_folder(&validation->specs, &validation->files, options->specs, NULL,
                            validation->arena, &validation->diags, err)
        < 0)
        return -1;
    return join_inventory(validation, NULL, options, err);
}

static int load_any(struct validation *validation, const struct options *options, struct err *err,
                    int *status)
{
    struct config config;

    *status = EXIT_FAILED;
    if (options->specs)
        return load_folder(validation, options, err);
    if (!command_config(&config, options, validation->arena, status)) {
        *err->text = '\0';
        return -1;
    }
    AUTO_SCRATCH scratch = scratch_open(&config, validation->arena);

    validation->folder = config.specs.path;
    if (load_commit(validation, &config, err) < 0
        || join_inventory(validation, &config, options, err) < 0)
        return -1;
    config_check_clusters(&config, &validation->specs, validation->arena, &validation->diags);
    return 0;
}

int validate_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct validation validation = { .diags = { .arena = arena },
                                     .remarks = { .arena = arena },
                                     .findings = { .arena = arena },
                                     .arena = arena };
    struct err err;
    int status;

    if (load_any(&validation, options, &err, &status) < 0) {
        if (*err.text)
            fprintf(stderr, "weft: %s\n", err.text);
        return status;
    }
    diags_sort(&validation.diags);
    if (check_together(&validation, &err) < 0)
        return command_failed(&err);
    validation.verdict = verdict_of(&validation.findings, &validation.diags);
    validate_report(&validation, options);
    return validation.verdict.mistakes ? EXIT_REFUSED : EXIT_CONVERGED;
}
