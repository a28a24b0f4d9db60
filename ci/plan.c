/* ci/plan.c - prints a plan; decides nothing. */
#include "ci/plan.h"
#include "base/plural.h"
#include "base/write.h"
#include "base/write_json.h"
#include "ci/table.h"
#include <string.h>

static const char *const plan_format_names[] = {
    [PLAN_TABLE] = "table", [PLAN_MARKDOWN] = "markdown", [PLAN_JSON] = "json"
};
const struct enum_table plan_formats = ENUM_TABLE(plan_format_names);
static const char *const change_names[] = {
    [CHANGE_ADDED] = "added", [CHANGE_CHANGED] = "changed", [CHANGE_REMOVED] = "removed"
};
static const struct enum_table change_kinds = ENUM_TABLE(change_names);

bool plan_empty(const struct plan_view *view)
{
    return view->change_count == 0 && view->due_count == 0;
}

static struct table summary_table(const struct plan_view *view, struct arena *arena)
{
    static const char *const header[] = { "CLUSTER", "KIND", "ADDED", "CHANGED", "REMOVED" };
    struct summary summary = summary_of(view->changes, view->change_count, arena);
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

static struct table due_table(const struct plan_view *view, struct arena *arena)
{
    static const char *const header[] = { "VIRTUAL MESH", "MESH", "DUE", "WHY" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < view->due_count; i++) {
        table_cell(&table, view->due[i].virtual_mesh);
        table_cell(&table, view->due[i].mesh);
        table_cell(&table, view->due[i].what);
        table_cell(&table, view->due[i].why);
    }
    return table;
}

static struct table losses_table(const struct plan_view *view, struct arena *arena)
{
    static const char *const header[] = { "CLUSTER", "LOSES", "WHAT FOLLOWS", "WHY", "MEANT" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < view->loss_count; i++) {
        table_cell(&table, view->losses[i].cluster);
        table_cell(&table, view->losses[i].object);
        table_cell(&table, view->losses[i].effect);
        table_cell(&table, view->losses[i].why);
        table_cell(&table, view->losses[i].meant ? "yes" : "no");
    }
    return table;
}

static void print_headline(struct text *out, const struct plan_view *view, struct arena *arena)
{
    struct summary summary = summary_of(view->changes, view->change_count, arena);

    if (plan_empty(view)) {
        text_addf(out, "Nothing to do: %s already shows what the specs at %.12s ask for.\n",
                  view->output_branch, view->specs_commit);
        return;
    }
    if (view->refusal)
        text_addf(out, "The next pass would be refused: %s\n\n", view->refusal);
    text_addf(out, "The next pass would change %s: %s added, %zu changed, %zu removed in %s.\n",
              view->output_branch, plural_count(summary.added, "file", arena), summary.changed,
              summary.removed, plural_count(summary.clusters, "cluster", arena));
}

static void print_findings(struct text *out, const struct plan_view *view, enum severity severity,
                           const char *bullet)
{
    size_t count;
    const char **lines = findings_lines(&count, view->findings, severity, SIZE_MAX);

    for (size_t i = 0; i < count; i++)
        text_addf(out, "%s%s\n", bullet, lines[i]);
}

static void print_table(struct text *out, const struct plan_view *view, struct arena *arena)
{
    struct table files = summary_table(view, arena), due = due_table(view, arena);
    struct table losses = losses_table(view, arena);

    print_headline(out, view, arena);
    if (view->change_count) {
        text_addc(out, '\n');
        table_print(out, &files);
    }
    if (view->loss_count) {
        text_addc(out, '\n');
        table_print(out, &losses);
    }
    if (view->due_count) {
        text_addc(out, '\n');
        table_print(out, &due);
    }
    print_findings(out, view, SEVERITY_ERROR, "! ");
    print_findings(out, view, SEVERITY_WARNING, "- ");
    if (view->diff)
        text_addf(out, "\n%s", view->diff);
}

/* A fence longer than any run of backticks inside, so that no diff can break out of it. */
static void print_fenced(struct text *out, const char *text)
{
    size_t run = 0, longest = 2;

    for (const char *p = text; *p; p++) {
        run = *p == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    for (size_t i = 0; i <= longest; i++)
        text_addc(out, '`');
    text_addf(out, "diff\n%s", text);
    for (size_t i = 0; i <= longest; i++)
        text_addc(out, '`');
    text_addc(out, '\n');
}

static void print_markdown(struct text *out, const struct plan_view *view, struct arena *arena)
{
    struct table files = summary_table(view, arena), due = due_table(view, arena);
    struct table losses = losses_table(view, arena);

    text_adds(out, "### weft plan\n\n");
    print_headline(out, view, arena);
    if (view->change_count) {
        text_addc(out, '\n');
        table_markdown(out, &files);
    }
    if (view->loss_count) {
        text_addc(out, '\n');
        table_markdown(out, &losses);
    }
    if (view->due_count) {
        text_addc(out, '\n');
        table_markdown(out, &due);
    }
    text_addc(out, '\n');
    print_findings(out, view, SEVERITY_ERROR, "- :x: ");
    print_findings(out, view, SEVERITY_WARNING, "- :warning: ");
    if (view->diff && *view->diff) {
        text_adds(out, "\n<details><summary>Diff of the manifests</summary>\n\n");
        print_fenced(out, view->diff);
        text_adds(out, "\n</details>\n");
    }
}

static struct node *changes_node(const struct plan_view *view, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < view->change_count; i++) {
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "change", enums_name(&change_kinds, (int)view->changes[i].kind));
        node_set_text(arena, item, "path", view->changes[i].path);
    }
    return list;
}

static struct node *losses_node(const struct plan_view *view, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < view->loss_count; i++) {
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "cluster", view->losses[i].cluster);
        node_set_text(arena, item, "object", view->losses[i].object);
        node_set_text(arena, item, "effect", view->losses[i].effect);
        node_set_text(arena, item, "why", view->losses[i].why);
        node_set_bool(arena, item, "meant", view->losses[i].meant);
    }
    return list;
}

static struct node *due_node(const struct plan_view *view, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < view->due_count; i++) {
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "virtualMesh", view->due[i].virtual_mesh);
        if (*view->due[i].mesh)
            node_set_text(arena, item, "mesh", view->due[i].mesh);
        node_set_text(arena, item, "what", view->due[i].what);
        node_set_text(arena, item, "why", view->due[i].why);
    }
    return list;
}

static struct node *statuses_node(const struct plan_view *view, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < view->status_count; i++) {
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "namespace", view->statuses[i]->ref.namespace);
        node_set_text(arena, item, "name", view->statuses[i]->ref.name);
        node_set(item, "status", status_encode_virtual_mesh(view->statuses[i], false, arena));
    }
    return list;
}

struct node *plan_policies_node(const struct policy_status *policies, size_t count,
                                struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < count; i++) {
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "namespace", policies[i].ref.namespace);
        node_set_text(arena, item, "name", policies[i].ref.name);
        node_set(item, "status", status_encode_policy(&policies[i], arena));
    }
    return list;
}

struct node *plan_diags_node(const struct diags *diags, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (const struct diag *diag = diags ? diags->first : NULL; diag; diag = diag->next) {
        struct text line = { 0 };

        diag_print(&line, diag);
        node_add(list, node_string(arena, arena_bytes(arena, line.bytes, line.len)));
        text_free(&line);
    }
    return list;
}

static void print_json(struct text *out, const struct plan_view *view, struct arena *arena)
{
    struct node *root = node_map(arena), *specs, *output;

    node_set_text(arena, root, "apiVersion", "weft.dev/v1alpha1");
    node_set_text(arena, root, "kind", "Plan");
    specs = node_set(root, "specs", node_map(arena));
    node_set_text(arena, specs, "url", view->specs_url);
    node_set_text(arena, specs, "commit", view->specs_commit);
    output = node_set(root, "output", node_map(arena));
    node_set_text(arena, output, "branch", view->output_branch);
    node_set_text(arena, output, "tip", view->output_tip);
    node_set(root, "changes", changes_node(view, arena));
    node_set(root, "losses", losses_node(view, arena));
    node_set_text(arena, root, "refusal", view->refusal);
    node_set(root, "certificates", due_node(view, arena));
    node_set(root, "virtualMeshes", statuses_node(view, arena));
    node_set(root, "accessPolicies", plan_policies_node(view->policies, view->policy_count, arena));
    node_set(root, "findings", findings_node(view->findings, arena));
    node_set(root, "diagnostics", plan_diags_node(view->diags, arena));
    node_set_text(arena, root, "diff", view->diff);
    write_json(out, root, true);
}

void plan_print(struct text *out, const struct plan_view *view, enum plan_format format,
                struct arena *arena)
{
    switch (format) {
    case PLAN_TABLE:
        print_table(out, view, arena);
        break;
    case PLAN_MARKDOWN:
        print_markdown(out, view, arena);
        break;
    case PLAN_JSON:
        print_json(out, view, arena);
        break;
    }
}
