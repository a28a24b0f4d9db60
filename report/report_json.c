/* report/report_json.c - writes a report as JSON; gathers nothing.
 *
 * The keys are an interface of scripts, as docs/operations.md lists them. A value that a pass did
 * not reach is left out rather than written as empty or zero: "no commit" and "the pass ended
 * before" are different answers. */
#include "report/report_json.h"
#include "api/own_document.h"
#include "base/clock.h"
#include "base/write.h"
#include "base/write_json.h"
#include "base/write_yaml.h"
#include "report/summary.h"
#include <string.h>

struct node *report_due_node(const struct report *report, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < report->due_count; i++) {
        const struct report_due *due = &report->due[i];
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "virtualMesh", due->virtual_mesh);
        if (*due->mesh)
            node_set_text(arena, item, "mesh", due->mesh);
        node_set_text(arena, item, "what", due->what);
        node_set_text(arena, item, "why", due->why);
    }
    return list;
}

struct node *report_statuses_node(const struct report *report, bool full, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < report->status_count; i++) {
        const struct vm_status *status = report->statuses[i];
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "namespace", status->ref.namespace);
        node_set_text(arena, item, "name", status->ref.name);
        node_set(item, "status", status_encode_virtual_mesh(status, full, arena));
    }
    return list;
}

struct node *report_policies_node(const struct report *report, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < report->policy_count; i++) {
        const struct policy_status *policy = &report->policies[i];
        struct node *item = node_add(list, node_map(arena));

        node_set_text(arena, item, "namespace", policy->ref.namespace);
        node_set_text(arena, item, "name", policy->ref.name);
        node_set(item, "status", status_encode_policy(policy, arena));
    }
    return list;
}

struct node *report_diags_node(const struct report *report, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (const struct diag *diag = report->diags ? report->diags->first : NULL; diag;
         diag = diag->next) {
        AUTO_TEXT line = { 0 };

        diag_print(&line, diag);
        node_add(list, node_string(arena, arena_bytes(arena, line.bytes, line.len)));
    }
    return list;
}

static struct node *specs_node(const struct report *report, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "url", report->specs_url);
    node_set_text(arena, node, "ref", report->specs_ref);
    if (*report->specs_commit)
        node_set_text(arena, node, "commit", report->specs_commit);
    return node;
}

struct node *report_proposal_node(const struct report_proposal *proposal, struct arena *arena)
{
    struct node *node = node_map(arena);

    node_set_text(arena, node, "branch", proposal->branch);
    node_set_text(arena, node, "commit", proposal->commit);
    node_set_text(arena, node, "since", clock_text(proposal->since, arena));
    if (proposal->number)
        node_set_int(arena, node, "pullRequest", proposal->number);
    if (*proposal->url)
        node_set_text(arena, node, "url", proposal->url);
    node_set_bool(arena, node, "closed", proposal->closed);
    return node;
}

static struct node *output_node(const struct report *report, struct arena *arena)
{
    const struct summary summary = summary_of(report->changes, report->change_count, arena);
    struct node *node = node_map(arena);

    node_set_text(arena, node, "url", report->output_url);
    node_set_text(arena, node, "branch", report->output_branch);
    if (*report->output_commit)
        node_set_text(arena, node, "commit", report->output_commit);
    node_set_bool(arena, node, "committed", report->committed);
    node_set_int(arena, node, "added", (int64_t)summary.added);
    node_set_int(arena, node, "changed", (int64_t)summary.changed);
    node_set_int(arena, node, "removed", (int64_t)summary.removed);
    if (report->proposal)
        node_set(node, "proposal", report_proposal_node(report->proposal, arena));
    return node;
}

struct node *report_inventory_node(const struct report *report, struct arena *arena)
{
    struct node *node = node_map(arena), *clusters;

    if (report->inventory_url)
        node_set_text(arena, node, "url", report->inventory_url);
    node_set_text(arena, node, "branch", report->inventory_branch);
    if (*report->inventory_commit)
        node_set_text(arena, node, "commit", report->inventory_commit);
    clusters = node_set(node, "clusters", node_list(arena));
    for (size_t i = 0; i < report->inventory_count; i++) {
        const struct report_inventory *one = &report->inventories[i];
        struct node *item = node_add(clusters, node_map(arena));

        node_set_text(arena, item, "cluster", one->cluster);
        node_set_text(arena, item, "read", one->read);
        if (*one->why)
            node_set_text(arena, item, "why", one->why);
        if (one->at)
            node_set_text(arena, item, "readAt", clock_text(one->at, arena));
        node_set_bool(arena, item, "stale", one->stale);
        node_set_int(arena, item, "meshes", (int64_t)one->meshes);
        node_set_int(arena, item, "destinations", (int64_t)one->destinations);
        node_set_int(arena, item, "workloads", (int64_t)one->workloads);
        node_set_int(arena, item, "held", (int64_t)one->held);
    }
    return node;
}

void report_json(struct text *out, const struct report *report, struct arena *arena)
{
    struct node *root = own_document("Report", arena);

    node_set_text(arena, root, "time", clock_text(report->time, arena));
    node_set_text(arena, root, "result", report->result);
    if (report->error)
        node_set_text(arena, root, "error", report->error);
    node_set_bool(arena, root, "dryRun", report->dry);
    node_set_bool(arena, root, "unchanged", report->unchanged);
    node_set(root, "specs", specs_node(report, arena));
    if (report->inventory_branch)
        node_set(root, "inventory", report_inventory_node(report, arena));
    node_set(root, "output", output_node(report, arena));
    node_set(root, "certificates", report_due_node(report, arena));
    node_set(root, "virtualMeshes", report_statuses_node(report, true, arena));
    node_set(root, "accessPolicies", report_policies_node(report, arena));
    node_set(root, "findings", findings_node(report->findings, arena));
    node_set(root, "diagnostics", report_diags_node(report, arena));
    write_json(out, root, true);
}

void report_status_yaml(struct text *out, const struct vm_status *status, struct arena *arena)
{
    struct node *root = node_map(arena), *metadata;

    node_set_text(arena, root, "apiVersion", "networking.mesh.gloo.solo.io/v1");
    node_set_text(arena, root, "kind", "VirtualMesh");
    metadata = node_set(root, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", status->ref.name);
    node_set_text(arena, metadata, "namespace", status->ref.namespace);
    node_set(root, "status", status_encode_virtual_mesh(status, true, arena));
    write_yaml(out, root);
}
