/* ci/plan.c - prints what the next pass would do, by the report of a dry one; decides nothing.
 *
 * Order of the document: the refusal, if any; the inventory; what changes for traffic; files by
 * cluster; losses; certificates; findings. A reader who stops after the first screen has seen what
 * can break. JSON has all of it in fields that stay; new ones are only added.
 *
 * Markdown goes into a comment of a pull request. Everything that comes from specs or servers is
 * escaped (ci/markdown.c): the author of a change must not shape the document that judges it. */
#include "ci/plan.h"
#include "api/own_document.h"
#include "base/plural.h"
#include "base/visible.h"
#include "base/write.h"
#include "base/write_json.h"
#include "ci/markdown.h"
#include "ci/table.h"
#include "report/report_json.h"
#include "report/summary.h"
#include <string.h>

static const char *const plan_format_names[] = {
    [PLAN_TABLE] = "table", [PLAN_MARKDOWN] = "markdown", [PLAN_JSON] = "json"
};
const struct enum_table plan_formats = ENUM_TABLE(plan_format_names);

bool plan_empty(const struct report *report)
{
    return report->change_count == 0 && report->due_count == 0
           && report->inventory_change_count == 0;
}

/* What cannot be compared needs attention, too: a plan without effects is not a plan without any.
 */
bool plan_attention(const struct report *report, const struct plan_effects *effects)
{
    bool out = effects->missing || effect_any_attention(&effects->found) || report->loss_count;

    for (size_t i = 0; i < report->due_count; i++)
        out |= report->due[i].attention;
    return out;
}

struct table plan_files_table(const struct report *report, struct arena *arena)
{
    static const char *const header[] = { "CLUSTER", "KIND", "ADDED", "CHANGED", "REMOVED" };
    struct summary summary = summary_of(report->changes, report->change_count, arena);
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < summary.count; i++) {
        const struct summary_row *row = &summary.rows[i];

        table_cell(&table, row->cluster);
        table_cell(&table, row->kind);
        table_cellf(&table, "%zu", row->added);
        table_cellf(&table, "%zu", row->changed);
        table_cellf(&table, "%zu", row->removed);
    }
    return table;
}

/* "ns/name" of "name.ns."; "": the virtual mesh as a whole. */
static const char *mesh_name(const char *key, struct arena *arena)
{
    return text_empty(key) ? key : object_ref_text(object_ref_of_key(key, arena), arena);
}

enum { INVENTORY_ROWS = 50 };

static struct table inventory_table(const struct report *report, struct arena *arena)
{
    static const char *const header[] = { "INVENTORY", "CHANGE" };
    struct table table = table_new(arena, LENGTH(header), header);
    const size_t count = report->inventory_change_count;

    for (size_t i = 0; i < count && i < INVENTORY_ROWS; i++) {
        table_cell(&table, visible_text(report->inventory_changes[i].path, arena));
        table_cell(&table, enums_name(&change_kinds, (int)report->inventory_changes[i].kind));
    }
    if (count > INVENTORY_ROWS) {
        table_cellf(&table, "and %zu more", count - INVENTORY_ROWS);
        table_cell(&table, "");
    }
    return table;
}

static void print_inventory(struct text *out, const struct report *report, bool markdown,
                            struct arena *arena)
{
    const struct table table = inventory_table(report, arena);

    if (!report->inventory_change_count)
        return;
    text_addf(out, "\nWhat clusters consist of changed: %s of %s.\n\n",
              plural_count(report->inventory_change_count, "file", arena),
              report->inventory_branch);
    if (markdown)
        table_markdown(out, &table);
    else
        table_print(out, &table);
}

static struct table due_table(const struct report *report, struct arena *arena)
{
    static const char *const header[] = { "VIRTUAL MESH", "MESH", "DUE", "WHY" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < report->due_count; i++) {
        table_cell(&table, report->due[i].virtual_mesh);
        table_cell(&table, mesh_name(report->due[i].mesh, table.arena));
        table_cell(&table, report->due[i].what);
        table_cell(&table, report->due[i].why);
    }
    return table;
}

static struct table losses_table(const struct report *report, struct arena *arena)
{
    static const char *const header[] = { "CLUSTER", "LOSES", "EFFECT", "WHY", "INTENDED" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < report->loss_count; i++) {
        table_cell(&table, report->losses[i].cluster);
        table_cell(&table, report->losses[i].object);
        table_cell(&table, report->losses[i].effect);
        table_cell(&table, report->losses[i].why);
        table_cell(&table, report->losses[i].meant ? "yes" : "no");
    }
    return table;
}

/* Before the files: what they are for. */
static void print_effects(struct text *out, const struct plan_effects *effects, bool markdown,
                          struct arena *arena)
{
    struct table table;

    if (!effects)
        return;
    text_addc(out, '\n');
    effects_headline(out, effects);
    if (!effects->found.count)
        return;
    table = effects_table(&effects->found, arena);
    text_addc(out, '\n');
    if (markdown)
        table_markdown(out, &table);
    else
        table_print(out, &table);
}

/* "the specs at 0123456789ab" */
static const char *specs_name(const struct report *report, struct arena *arena)
{
    return report->specs_folder
               ? arena_printf(arena, "the specs in %s", visible_text(report->specs_folder, arena))
               : arena_printf(arena, "the specs at %.12s", report->specs_commit);
}

static void print_headline(struct text *out, const struct report *report, struct arena *arena)
{
    struct summary summary = summary_of(report->changes, report->change_count, arena);

    if (report->specs_base && !report->change_count) {
        text_addf(out, "The specs at %.12s and those at %.12s have the same manifests.\n",
                  report->specs_base, report->specs_commit);
        return;
    }
    if (report->specs_base) {
        text_addf(out,
                  "From the specs at %.12s to those at %.12s the manifests change: %s added, %zu "
                  "changed, %zu removed in %s.\n",
                  report->specs_base, report->specs_commit,
                  plural_count(summary.added, "file", arena), summary.changed, summary.removed,
                  plural_count(summary.clusters, "cluster", arena));
        return;
    }
    if (plan_empty(report)) {
        text_addf(out, "Nothing to do: %s already shows what %s ask for.\n", report->output_branch,
                  specs_name(report, arena));
        return;
    }
    if (report->proposal && !report->dry) {
        text_addf(out, "A merge changes %s: %s added, %zu changed, %zu removed in %s.\n",
                  report->output_branch, plural_count(summary.added, "file", arena),
                  summary.changed, summary.removed,
                  plural_count(summary.clusters, "cluster", arena));
        return;
    }
    if (report->refusal)
        text_addf(out, "The next pass would be refused: %s\n\n", report->refusal);
    if (report->specs_folder)
        text_addf(out, "With %s the next pass would change", specs_name(report, arena));
    else
        text_adds(out, "The next pass would change");
    text_addf(out, " %s: %s added, %zu changed, %zu removed in %s.\n", report->output_branch,
              plural_count(summary.added, "file", arena), summary.changed, summary.removed,
              plural_count(summary.clusters, "cluster", arena));
}

/* Of a dry pass: what is proposed already. */
static void print_proposal(struct text *out, const struct report *report, bool markdown)
{
    const struct report_proposal *proposal = report->proposal;

    if (!proposal || !report->dry)
        return;
    text_addf(out, "\n%s waits in ", markdown ? "A proposal" : "- a proposal");
    if (proposal->number)
        text_addf(out, "pull request #%lld%s%s%s\n", (long long)proposal->number,
                  *proposal->url ? ": " : "", proposal->url,
                  proposal->closed ? " (closed, not merged)" : "");
    else
        text_addf(out, "branch %s; the next pass opens its pull request\n", proposal->branch);
}

static void print_findings(struct text *out, const struct report *report, enum severity severity,
                           const char *bullet, bool markdown)
{
    struct arena *arena = report->findings->arena;
    size_t count;
    const char **lines = findings_lines(&count, report->findings, severity, SIZE_MAX);

    for (size_t i = 0; i < count; i++)
        text_addf(out, "%s%s\n", bullet, markdown ? markdown_text(lines[i], arena) : lines[i]);
}

static void print_table(struct text *out, const struct report *report,
                        const struct plan_effects *effects, const char *diff, struct arena *arena)
{
    struct table files = plan_files_table(report, arena), due = due_table(report, arena);
    struct table losses = losses_table(report, arena);

    print_headline(out, report, arena);
    print_proposal(out, report, false);
    print_inventory(out, report, false, arena);
    print_effects(out, effects, false, arena);
    if (report->change_count) {
        text_addc(out, '\n');
        table_print(out, &files);
    }
    if (report->loss_count) {
        text_addc(out, '\n');
        table_print(out, &losses);
    }
    if (report->due_count) {
        text_addc(out, '\n');
        table_print(out, &due);
    }
    print_findings(out, report, SEVERITY_ERROR, "! ", false);
    print_findings(out, report, SEVERITY_WARNING, "- ", false);
    if (diff)
        text_addf(out, "\n%s", diff);
}

static void print_fenced(struct text *out, const char *text)
{
    markdown_fence(out, text);
    text_addf(out, "diff\n%s", text);
    markdown_fence(out, text);
    text_addc(out, '\n');
}

/* Forges draw a block of code in this language. */
static void print_graph(struct text *out, const struct plan_effects *effects)
{
    if (!effects || text_empty(effects->graph))
        return;
    text_adds(out, "\n<details><summary>Topology of the specs</summary>\n\n```mermaid\n");
    text_adds(out, effects->graph);
    text_adds(out, "```\n\n</details>\n");
}

static void print_markdown(struct text *out, const struct report *report,
                           const struct plan_effects *effects, const char *diff,
                           struct arena *arena)
{
    struct table files = plan_files_table(report, arena), due = due_table(report, arena);
    struct table losses = losses_table(report, arena);

    text_adds(out, "### weft plan\n\n");
    print_headline(out, report, arena);
    print_proposal(out, report, true);
    print_inventory(out, report, true, arena);
    print_effects(out, effects, true, arena);
    if (report->change_count) {
        text_addc(out, '\n');
        table_markdown(out, &files);
    }
    if (report->loss_count) {
        text_addc(out, '\n');
        table_markdown(out, &losses);
    }
    if (report->due_count) {
        text_addc(out, '\n');
        table_markdown(out, &due);
    }
    text_addc(out, '\n');
    print_findings(out, report, SEVERITY_ERROR, "- :x: ", true);
    print_findings(out, report, SEVERITY_WARNING, "- :warning: ", true);
    print_graph(out, effects);
    if (diff && *diff) {
        text_adds(out, "\n<details><summary>Diff of the manifests</summary>\n\n");
        print_fenced(out, diff);
        text_adds(out, "\n</details>\n");
    }
}

static struct node *changes_node(const struct change *changes, size_t count, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < count; i++) {
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "change", enums_name(&change_kinds, (int)changes[i].kind));
        node_set_text(arena, item, "path", changes[i].path);
    }
    return list;
}

static struct node *losses_node(const struct report *report, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < report->loss_count; i++) {
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "cluster", report->losses[i].cluster);
        node_set_text(arena, item, "object", report->losses[i].object);
        node_set_text(arena, item, "effect", report->losses[i].effect);
        node_set_text(arena, item, "why", report->losses[i].why);
        node_set_bool(arena, item, "meant", report->losses[i].meant);
    }
    return list;
}

struct node *plan_node(const struct report *report, const struct plan_effects *effects,
                       const char *diff, struct arena *arena)
{
    struct node *root = own_document("Plan", arena), *specs, *output;

    specs = node_set(root, "specs", node_map(arena));
    node_set_text(arena, specs, "url", report->specs_url);
    if (report->specs_folder)
        node_set_text(arena, specs, "folder", report->specs_folder);
    else
        node_set_text(arena, specs, "commit", report->specs_commit);
    node_set_text(arena, specs, "base", report->specs_base);
    output = node_set(root, "output", node_map(arena));
    node_set_text(arena, output, "branch", report->output_branch);
    node_set_text(arena, output, "tip", report->output_tip);
    if (report->proposal)
        node_set(output, "proposal", report_proposal_node(report->proposal, arena));
    if (report->inventory_branch)
        node_set(node_set(root, "inventory", report_inventory_node(report, arena)), "changes",
                 changes_node(report->inventory_changes, report->inventory_change_count, arena));
    if (effects && !effects->missing) {
        node_set_text(arena, root, "effectsSince", effects->since);
        node_set(root, "effects", effects_node(&effects->found, arena));
        node_set_bool(arena, root, "attention", effect_any_attention(&effects->found));
    }
    node_set(root, "changes", changes_node(report->changes, report->change_count, arena));
    node_set(root, "losses", losses_node(report, arena));
    node_set_text(arena, root, "refusal", report->refusal);
    node_set(root, "certificates", report_due_node(report, arena));
    node_set(root, "virtualMeshes", report_statuses_node(report, false, arena));
    node_set(root, "accessPolicies", report_policies_node(report, arena));
    node_set(root, "findings", findings_node(report->findings, arena));
    node_set(root, "diagnostics", report_diags_node(report, arena));
    node_set_text(arena, root, "diff", diff);
    return root;
}

void plan_print(struct text *out, const struct report *report, const struct plan_effects *effects,
                const char *diff, enum plan_format format, struct arena *arena)
{
    switch (format) {
    case PLAN_TABLE:
        print_table(out, report, effects, diff, arena);
        break;
    case PLAN_MARKDOWN:
        print_markdown(out, report, effects, diff, arena);
        break;
    case PLAN_JSON:
        write_json(out, plan_node(report, effects, diff, arena), true);
        break;
    }
}
