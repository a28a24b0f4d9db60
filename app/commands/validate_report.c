/* app/commands/validate_report.c - one list of findings, for people, scripts and CI systems.
 * Judges nothing.
 *
 * Paths in SARIF are relative to the folder of the specs, because that is how code scanning finds
 * the file; JUnit has a test case for each object, with those that are fine, so that a dashboard
 * shows a share and not just failures. */
#include "app/commands/validate_report.h"
#include "api/own_document.h"
#include "app/commands/command.h"
#include "app/explanation.h"
#include "base/plural.h"
#include "base/write.h"
#include "base/write_json.h"
#include "report/junit.h"
#include "report/sarif.h"
#include "report/workflow_commands.h"
#include "version.h"

/* "3 files and inventory 0123456789ab of the state" */
static const char *sources_text(const struct validation *validation)
{
    const char *files = plural_count(validation->files, "file", validation->arena);

    return text_empty(validation->inventory.text)
               ? files
               : arena_printf(validation->arena, "%s and %s", files, validation->inventory.text);
}

static void print_fine(const struct validation *validation)
{
    const struct specs *specs = &validation->specs;
    const size_t warnings = validation->verdict.warnings;
    struct arena *arena = validation->arena;

    printf("%s: no mistakes%s; %s, %s, %s\n", sources_text(validation),
           warnings ? arena_printf(arena, ", %s", plural_count(warnings, "warning", arena)) : "",
           plural_count(specs->virtual_mesh_count, "virtual mesh", arena),
           plural_count(specs->mesh_count, "mesh", arena),
           plural_count(specs->destination_count, "destination", arena));
}

static void print_mistakes(const struct validation *validation)
{
    const struct verdict *verdict = &validation->verdict;
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

static void print_summary(const struct validation *validation)
{
    if (validation->verdict.mistakes)
        print_mistakes(validation);
    else
        print_fine(validation);
}

static void print_text(const struct validation *validation, const struct options *options)
{
    command_findings(stdout, "", &validation->findings, options);
    print_summary(validation);
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

static void print_json(const struct validation *validation, const struct options *options)
{
    const struct verdict *verdict = &validation->verdict;
    struct arena *arena = validation->arena;
    struct node *node = own_document("Validation", arena);
    AUTO_TEXT out = { 0 };

    (void)options;
    add_count(node, "files", validation->files, arena);
    add_inventory(node, &validation->inventory, arena);
    add_count(node, "mistakes", verdict->mistakes, arena);
    add_count(node, "warnings", verdict->warnings, arena);
    add_count(node, "virtualMeshes", validation->specs.virtual_mesh_count, arena);
    add_count(node, "meshes", validation->specs.mesh_count, arena);
    add_count(node, "destinations", validation->specs.destination_count, arena);
    node_set(node, "findings", findings_node(&validation->findings, arena));
    write_json(&out, node, true);
    fputs(out.bytes, stdout);
}

/* --- CI systems --- */

static const struct sarif_rule *rules_of_catalogue(size_t *count, struct arena *arena)
{
    const struct explanation *rows = explanation_rows(count);
    struct sarif_rule *rules = ARENA_NEW(arena, struct sarif_rule, *count);

    for (size_t i = 0; i < *count; i++)
        rules[i] = (struct sarif_rule){ rows[i].id, rows[i].meaning, rows[i].remedy, rows[i].page };
    return rules;
}

void validate_report_sarif(struct text *out, const struct validation *validation)
{
    const char *folder = text_empty(validation->folder) ? "." : validation->folder;
    struct sarif_run run = { .version = WEFT_VERSION, .folder = folder };

    run.rules = rules_of_catalogue(&run.rule_count, validation->arena);
    sarif_write(out, &validation->findings, &run);
}

static void print_sarif(const struct validation *validation, const struct options *options)
{
    AUTO_TEXT out = { 0 };

    (void)options;
    validate_report_sarif(&out, validation);
    fputs(out.bytes, stdout);
}

/* The last line is for people who read the log: it is no command. */
static void print_github(const struct validation *validation, const struct options *options)
{
    AUTO_TEXT out = { 0 };

    (void)options;
    text_adds(&out, "");
    workflow_commands_write(&out, &validation->findings);
    fputs(out.bytes, stdout);
    print_summary(validation);
}

struct objects {
    struct junit_object *items;
    size_t count;
    struct arena *arena;
};

static void add_object(struct objects *out, enum object_kind kind, struct object_ref ref,
                       struct place place)
{
    if (!place_is_object(place))
        *ARENA_PUSH(out->arena, out->items, out->count) =
            (struct junit_object){ object_kind_name(kind), ref, place.file };
}

#define ADD_ALL(out, kind, list, number)                                                           \
    for (size_t i = 0; i < (number); i++)                                                          \
    add_object((out), (kind),                                                                      \
               (struct object_ref){ (list)[i].meta.name, (list)[i].meta.namespace },               \
               (list)[i].meta.place)

/* Every object of the files, those that were refused among them. */
static void collect_objects(struct objects *out, const struct specs *specs)
{
    ADD_ALL(out, KIND_VIRTUAL_MESH, specs->virtual_meshes, specs->virtual_mesh_count);
    ADD_ALL(out, KIND_ACCESS_POLICY, specs->access_policies, specs->access_policy_count);
    ADD_ALL(out, KIND_MESH, specs->meshes, specs->mesh_count);
    ADD_ALL(out, KIND_WORKLOAD, specs->workloads, specs->workload_count);
    ADD_ALL(out, KIND_DESTINATION, specs->destinations, specs->destination_count);
    ADD_ALL(out, KIND_KUBERNETES_CLUSTER, specs->clusters, specs->cluster_count);
    if (specs->settings.meta.place.file)
        ADD_ALL(out, KIND_SETTINGS, &specs->settings, 1);
    for (const struct refused *at = specs->refused; at; at = at->next)
        add_object(out, at->kind, at->ref, at->place);
}

void validate_report_junit(struct text *out, const struct validation *validation)
{
    struct objects objects = { .arena = validation->arena };

    collect_objects(&objects, &validation->specs);
    junit_write(out, &validation->findings, objects.items, objects.count);
}

static void print_junit(const struct validation *validation, const struct options *options)
{
    AUTO_TEXT out = { 0 };

    (void)options;
    validate_report_junit(&out, validation);
    fputs(out.bytes, stdout);
}

static const struct {
    enum output_format format;
    void (*print)(const struct validation *validation, const struct options *options);
} formats[] = {
    { FORMAT_TEXT, print_text },     { FORMAT_JSON, print_json },   { FORMAT_SARIF, print_sarif },
    { FORMAT_GITHUB, print_github }, { FORMAT_JUNIT, print_junit },
};

void validate_report(const struct validation *validation, const struct options *options)
{
    for (size_t i = 0; i < LENGTH(formats); i++)
        if (formats[i].format == options->format)
            formats[i].print(validation, options);
}
