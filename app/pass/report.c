/* app/pass/report.c - what came of a pass, as files for pipelines: the report and the status of
 * each VirtualMesh. */
#include "app/pass/report.h"
#include "app/pass/facts.h"
#include "app/pass/pass.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/write.h"
#include "base/write_json.h"
#include "base/write_yaml.h"
#include <string.h>

enum run_result pass_result(const struct pass *pass, const struct err *failure)
{
    if (failure)
        return RUN_FAILED;
    if (pass->elsewhere)
        return RUN_ELSEWHERE;
    return pass_refused(pass) ? RUN_REFUSED : RUN_CONVERGED;
}

static struct node *specs_node(const struct pass *pass)
{
    struct node *node = node_map(pass->arena);

    node_set_text(pass->arena, node, "url", pass->config->specs.url);
    node_set_text(pass->arena, node, "ref", pass->config->specs.ref);
    if (*pass->specs_commit)
        node_set_text(pass->arena, node, "commit", pass->specs_commit);
    return node;
}

static struct node *output_node(const struct pass *pass)
{
    struct summary summary =
        summary_of(pass->published.changes, pass->published.change_count, pass->arena);
    struct node *node = node_map(pass->arena);

    node_set_text(pass->arena, node, "url", pass->config->output.url);
    node_set_text(pass->arena, node, "branch", pass->config->output.branch);
    if (*pass->published.commit)
        node_set_text(pass->arena, node, "commit", pass->published.commit);
    node_set_bool(pass->arena, node, "committed", pass->published.committed);
    node_set_int(pass->arena, node, "added", (int64_t)summary.added);
    node_set_int(pass->arena, node, "changed", (int64_t)summary.changed);
    node_set_int(pass->arena, node, "removed", (int64_t)summary.removed);
    return node;
}

static struct node *meshes_node(const struct pass *pass)
{
    struct node *list = node_list(pass->arena);

    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        const struct vm_status *status = &pass->plan.meshes[i].status;
        struct node *item = node_add(list, node_map(pass->arena));

        node_set_text(pass->arena, item, "namespace", status->ref.namespace);
        node_set_text(pass->arena, item, "name", status->ref.name);
        node_set(item, "status", status_encode_virtual_mesh(status, true, pass->arena));
    }
    return list;
}

static struct node *certificates_node(const struct pass *pass)
{
    struct node *list = node_list(pass->arena);

    for (size_t i = 0; i < pass->due_count; i++) {
        struct node *item = node_add(list, node_map(pass->arena));

        node_set_text(pass->arena, item, "virtualMesh", pass->due[i].virtual_mesh);
        if (*pass->due[i].mesh)
            node_set_text(pass->arena, item, "mesh", pass->due[i].mesh);
        node_set_text(pass->arena, item, "what", pass->due[i].what);
        node_set_text(pass->arena, item, "why", pass->due[i].why);
    }
    return list;
}

static struct node *report_node(const struct pass *pass, const struct err *failure)
{
    struct arena *arena = pass->arena;
    struct node *root = node_map(arena);

    node_set_text(arena, root, "apiVersion", "weft.dev/v1alpha1");
    node_set_text(arena, root, "kind", "Report");
    node_set_text(arena, root, "time", clock_text(pass->options->now, arena));
    node_set_text(arena, root, "result", enums_name(&run_results, (int)pass_result(pass, failure)));
    if (failure)
        node_set_text(arena, root, "error", arena_text(arena, failure->text));
    node_set_bool(arena, root, "dryRun", pass->dry);
    node_set_bool(arena, root, "unchanged", pass->idle);
    node_set(root, "specs", specs_node(pass));
    node_set(root, "output", output_node(pass));
    node_set(root, "certificates", certificates_node(pass));
    node_set(root, "virtualMeshes", meshes_node(pass));
    node_set(root, "accessPolicies",
             plan_policies_node(pass->plan.policies, pass->plan.policy_count, arena));
    node_set(root, "findings", findings_node(&pass->findings, arena));
    node_set(root, "diagnostics", plan_diags_node(&pass->diags, arena));
    return root;
}

/* The object of a status as kubectl shows it, so that "kubectl apply" and people read the same
 * file. */
static int write_status(const struct vm_status *status, const char *folder, struct arena *arena,
                        struct err *err)
{
    struct node *root = node_map(arena), *metadata;
    const char *path =
        arena_printf(arena, "%s/%s.%s.yaml", folder, status->ref.namespace, status->ref.name);
    AUTO_TEXT bytes = { 0 };

    node_set_text(arena, root, "apiVersion", "networking.mesh.gloo.solo.io/v1");
    node_set_text(arena, root, "kind", "VirtualMesh");
    metadata = node_set(root, "metadata", node_map(arena));
    node_set_text(arena, metadata, "name", status->ref.name);
    node_set_text(arena, metadata, "namespace", status->ref.namespace);
    node_set(root, "status", status_encode_virtual_mesh(status, true, arena));
    write_yaml(&bytes, root);
    return file_write(path, bytes.bytes, bytes.len, 0644, err);
}

/* The folder of the report, with a slash at its end; "" is here. */
static const char *report_folder(const char *report, struct arena *arena)
{
    const char *slash = strrchr(report, '/');

    return slash ? arena_bytes(arena, report, (size_t)(slash - report) + 1) : "";
}

static int write_statuses(const struct pass *pass, const char *report, struct err *err)
{
    const char *folder = arena_printf(pass->arena, "%sstatus", report_folder(report, pass->arena));

    if (!pass->plan.mesh_count)
        return 0;
    if (file_make_folders(folder, 0755, err) < 0)
        return -1;
    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        if (write_status(&pass->plan.meshes[i].status, folder, pass->arena, err) < 0)
            return -1;
    return 0;
}

int pass_report(const struct pass *pass, const struct err *failure, struct err *err)
{
    const char *path = pass->options->report;
    AUTO_TEXT bytes = { 0 };

    if (!path)
        return 0;
    write_json(&bytes, report_node(pass, failure), true);
    if ((strrchr(path, '/') && file_make_folders(report_folder(path, pass->arena), 0755, err) < 0)
        || file_write(path, bytes.bytes, bytes.len, 0644, err) < 0
        || write_statuses(pass, path, err) < 0)
        return err_wrap(err, "write the report (--report)");
    return 0;
}
