/* app/pass/report.c - what came of a pass, as files for pipelines: the report and the status of
 * each VirtualMesh. */
#include "app/pass/report.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/write.h"
#include "base/write_json.h"
#include "base/write_yaml.h"
#include <string.h>

enum run_result pass_result(const struct outcome *outcome, const struct err *failure)
{
    if (failure)
        return RUN_FAILED;
    if (outcome->end == PASS_ELSEWHERE)
        return RUN_ELSEWHERE;
    return outcome_is_refused(outcome) ? RUN_REFUSED : RUN_CONVERGED;
}

static struct node *specs_node(struct session *session, const struct inputs *inputs)
{
    struct node *node = node_map(session->arena);

    node_set_text(session->arena, node, "url", session->config->specs.url);
    node_set_text(session->arena, node, "ref", session->config->specs.ref);
    if (*inputs->specs_commit)
        node_set_text(session->arena, node, "commit", inputs->specs_commit);
    return node;
}

static struct node *output_node(struct session *session, const struct published *published)
{
    struct summary summary =
        summary_of(published->result.changes, published->result.change_count, session->arena);
    struct node *node = node_map(session->arena);

    node_set_text(session->arena, node, "url", session->config->output.url);
    node_set_text(session->arena, node, "branch", session->config->output.branch);
    if (*published->result.commit)
        node_set_text(session->arena, node, "commit", published->result.commit);
    node_set_bool(session->arena, node, "committed", published->result.committed);
    node_set_int(session->arena, node, "added", (int64_t)summary.added);
    node_set_int(session->arena, node, "changed", (int64_t)summary.changed);
    node_set_int(session->arena, node, "removed", (int64_t)summary.removed);
    return node;
}

static struct node *meshes_node(struct session *session, const struct plan *plan)
{
    struct node *list = node_list(session->arena);

    for (size_t i = 0; i < plan->mesh_count; i++) {
        const struct vm_status *status = &plan->meshes[i].status;
        struct node *item = node_add(list, node_map(session->arena));

        node_set_text(session->arena, item, "namespace", status->ref.namespace);
        node_set_text(session->arena, item, "name", status->ref.name);
        node_set(item, "status", status_encode_virtual_mesh(status, true, session->arena));
    }
    return list;
}

static struct node *certificates_node(struct session *session, const struct trusted *trusted)
{
    struct node *list = node_list(session->arena);

    for (size_t i = 0; i < trusted->due_count; i++) {
        struct node *item = node_add(list, node_map(session->arena));

        node_set_text(session->arena, item, "virtualMesh", trusted->due[i].virtual_mesh);
        if (*trusted->due[i].mesh)
            node_set_text(session->arena, item, "mesh", trusted->due[i].mesh);
        node_set_text(session->arena, item, "what", trusted->due[i].what);
        node_set_text(session->arena, item, "why", trusted->due[i].why);
    }
    return list;
}

static struct node *report_node(const struct outcome *outcome, struct session *session,
                                const struct err *failure)
{
    const struct plan *plan = &outcome->plan;
    struct arena *arena = session->arena;
    struct node *root = node_map(arena);

    node_set_text(arena, root, "apiVersion", "weft.dev/v1alpha1");
    node_set_text(arena, root, "kind", "Report");
    node_set_text(arena, root, "time", clock_text(session->options->now, arena));
    node_set_text(arena, root, "result",
                  enums_name(&run_results, (int)pass_result(outcome, failure)));
    if (failure)
        node_set_text(arena, root, "error", arena_text(arena, failure->text));
    node_set_bool(arena, root, "dryRun", session->dry);
    node_set_bool(arena, root, "unchanged", outcome->end == PASS_IDLE);
    node_set(root, "specs", specs_node(session, &outcome->inputs));
    node_set(root, "output", output_node(session, &outcome->published));
    node_set(root, "certificates", certificates_node(session, &outcome->trusted));
    node_set(root, "virtualMeshes", meshes_node(session, plan));
    node_set(root, "accessPolicies", plan_policies_node(plan->policies, plan->policy_count, arena));
    node_set(root, "findings", findings_node(&outcome->findings, arena));
    node_set(root, "diagnostics", plan_diags_node(&outcome->resolved.diags, arena));
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

static int write_statuses(struct session *session, const struct plan *plan, const char *report,
                          struct err *err)
{
    const char *folder =
        arena_printf(session->arena, "%sstatus", report_folder(report, session->arena));

    if (!plan->mesh_count)
        return 0;
    if (file_make_folders(folder, 0755, err) < 0)
        return -1;
    for (size_t i = 0; i < plan->mesh_count; i++)
        if (write_status(&plan->meshes[i].status, folder, session->arena, err) < 0)
            return -1;
    return 0;
}

int pass_report(const struct outcome *outcome, struct session *session, const struct err *failure,
                struct err *err)
{
    const char *path = session->options->report;
    AUTO_TEXT bytes = { 0 };

    if (!path)
        return 0;
    write_json(&bytes, report_node(outcome, session, failure), true);
    if ((strrchr(path, '/')
         && file_make_folders(report_folder(path, session->arena), 0755, err) < 0)
        || file_write(path, bytes.bytes, bytes.len, 0644, err) < 0
        || write_statuses(session, &outcome->plan, path, err) < 0)
        return err_wrap(err, "write the report (--report)");
    return 0;
}
