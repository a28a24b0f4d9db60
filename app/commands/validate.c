/* app/commands/validate.c - weft validate: every mistake in the specs, and what resolution says of
 * them and of the inventory beside them. */
#include "app/commands/validate.h"
#include "app/commands/command.h"
#include "app/commands/inventory_source.h"
#include "app/config_check.h"
#include "app/specs_commit.h"
#include "app/specs_source.h"
#include "base/plural.h"
#include "base/write.h"
#include "base/write_json.h"
#include "translate/findings.h"
#include "translate/resolve.h"
#include "version.h"

struct validation {
    struct specs specs;
    struct diags diags;
    struct inventory_source inventory;
    struct findings remarks; /* of specs and inventory together */
    size_t files;
    struct arena *arena;
};

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
static int check_together(struct findings *findings, struct validation *validation, struct err *err)
{
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

/* What the lines of findings amount to.  What follows from another mistake is no mistake itself. */
struct verdict {
    size_t mistakes, consequences, warnings;
};

static struct verdict verdict_of(const struct findings *findings, const struct diags *diags)
{
    const struct findings_totals totals = findings_total(findings);
    struct findings causes = { .arena = findings->arena };
    struct verdict out = { .warnings = totals.warnings + diags_dropped(diags, DIAG_WARNING) };

    for (size_t i = 0; i < findings->count; i++)
        if (!finding_follows(&findings->items[i]))
            findings_add(&causes, findings->items[i]);
    out.mistakes = findings_total(&causes).errors;
    out.consequences = totals.errors - out.mistakes;
    out.mistakes += diags_dropped(diags, DIAG_ERROR);
    return out;
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

    if (load_commit(validation, &config, err) < 0
        || join_inventory(validation, &config, options, err) < 0)
        return -1;
    config_check_clusters(&config, &validation->specs, validation->arena, &validation->diags);
    return 0;
}

/* "3 files and inventory 0123456789ab of the state" */
static const char *sources_text(const struct validation *validation)
{
    const char *files = plural_count(validation->files, "file", validation->arena);

    return text_empty(validation->inventory.text)
               ? files
               : arena_printf(validation->arena, "%s and %s", files, validation->inventory.text);
}

static void print_fine(const struct validation *validation, size_t warnings)
{
    const struct specs *specs = &validation->specs;
    struct arena *arena = validation->arena;

    printf("%s: no mistakes%s; %s, %s, %s\n", sources_text(validation),
           warnings ? arena_printf(arena, ", %s", plural_count(warnings, "warning", arena)) : "",
           plural_count(specs->virtual_mesh_count, "virtual mesh", arena),
           plural_count(specs->mesh_count, "mesh", arena),
           plural_count(specs->destination_count, "destination", arena));
}

static void print_mistakes(const struct validation *validation, const struct verdict *verdict)
{
    struct arena *arena = validation->arena;

    printf("%s: %s", sources_text(validation), plural_count(verdict->mistakes, "mistake", arena));
    if (verdict->consequences)
        printf(" (and %s that follow%s from %s)",
               plural_count(verdict->consequences, "error", arena),
               verdict->consequences == 1 ? "s" : "", verdict->mistakes == 1 ? "it" : "them");
    if (verdict->warnings)
        printf(", %s", plural_count(verdict->warnings, "warning", arena));
    putchar('\n');
}

static void print_text(const struct validation *validation, const struct findings *findings,
                       const struct verdict *verdict, const struct options *options)
{
    command_findings(stdout, "", findings, options);
    if (verdict->mistakes)
        print_mistakes(validation, verdict);
    else
        print_fine(validation, verdict->warnings);
}

static void add_count(struct node *node, const char *key, size_t count, struct arena *arena)
{
    node_set_int(arena, node, key, (int64_t)count);
}

/* Absent where the specs count alone. */
static void add_inventory(struct node *node, const struct inventory_source *inventory,
                          struct arena *arena)
{
    struct node *item;

    if (inventory->origin == INVENTORY_UNUSED)
        return;
    item = node_set(node, "inventory", node_map(arena));
    node_set_text(arena, item, "from", enums_name(&inventory_origins, (int)inventory->origin));
    if (*inventory->commit)
        node_set_text(arena, item, "commit", inventory->commit);
}

static void print_json(const struct validation *validation, const struct findings *findings,
                       const struct verdict *verdict)
{
    struct arena *arena = validation->arena;
    struct node *node = node_map(arena);
    AUTO_TEXT out = { 0 };

    node_set_text(arena, node, "apiVersion", "weft.dev/v1alpha1");
    node_set_text(arena, node, "kind", "Validation");
    add_count(node, "files", validation->files, arena);
    add_inventory(node, &validation->inventory, arena);
    add_count(node, "mistakes", verdict->mistakes, arena);
    add_count(node, "warnings", verdict->warnings, arena);
    add_count(node, "virtualMeshes", validation->specs.virtual_mesh_count, arena);
    add_count(node, "meshes", validation->specs.mesh_count, arena);
    add_count(node, "destinations", validation->specs.destination_count, arena);
    node_set(node, "findings", findings_node(findings, arena));
    write_json(&out, node, true);
    fputs(out.bytes, stdout);
}

int validate_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct validation validation = { .diags = { .arena = arena },
                                     .remarks = { .arena = arena },
                                     .arena = arena };
    struct err err;
    struct findings findings = { .arena = arena };
    struct verdict verdict;
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
    verdict = verdict_of(&findings, &validation.diags);
    if (text_equal(options->format, "json"))
        print_json(&validation, &findings, &verdict);
    else
        print_text(&validation, &findings, &verdict, options);
    return verdict.mistakes ? EXIT_REFUSED : EXIT_CONVERGED;
}
