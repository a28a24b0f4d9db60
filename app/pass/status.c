/* app/pass/status.c - the status of each VirtualMesh to the ledger and to the API server; a failure
 * here never fails a pass. */
#include "app/pass/status.h"
#include "app/pass/events.h"
#include "app/pass/lock.h"
#include "app/pass/pass.h"
#include "app/pass/policy_status.h"
#include "base/digest.h"
#include "base/write.h"
#include "base/write_json.h"
#include "k8s-job/apply/events.h"
#include "k8s-job/apply/report_configmap.h"
#include "k8s-job/apply/status.h"
#include <string.h>

/* "weft status" reads these rows. */
static void remember_status(struct session *session, const struct planned_virtual_mesh *mesh)
{
    const char *name = object_ref_text(mesh->status.ref, session->arena);
    struct ledger_status *row = ledger_find_status(&session->ledger, name);
    AUTO_TEXT json = { 0 };
    char digest[65];

    write_json(&json, status_encode_virtual_mesh(&mesh->status, false, session->arena), false);
    sha256_hex(digest, json.bytes, json.len);
    if (row && strcmp(row->digest, digest) == 0)
        return;
    if (!row) {
        row = ledger_add_status(&session->ledger);
        row->virtual_mesh = name;
    }
    row->state = enums_name(&approval_states, (int)mesh->status.state);
    row->digest = arena_text(session->arena, digest);
    row->json = arena_bytes(session->arena, json.bytes, json.len);
    row->updated = session->options->now;
    row->changed = true;
}

static bool in_plan(struct session *session, const struct resolved_specs *resolved,
                    const char *name)
{
    for (size_t i = 0; i < resolved->plan.mesh_count; i++)
        if (strcmp(object_ref_text(resolved->plan.meshes[i].status.ref, session->arena), name) == 0)
            return true;
    return resolve_is_unsure(&resolved->specs, name, session->arena);
}

static void remember_statuses(struct session *session, const struct resolved_specs *resolved)
{
    for (size_t i = 0; i < resolved->plan.mesh_count; i++)
        remember_status(session, &resolved->plan.meshes[i]);
    for (struct ledger_status *row = session->ledger.statuses; row; row = row->next)
        if (!row->gone && !in_plan(session, resolved, row->virtual_mesh))
            row->gone = row->changed = true;
}

/* --- the API server --- */

static const char *reason_of(const struct trusted *trusted, bool stopped,
                             const struct planned_virtual_mesh *mesh)
{
    if (stopped)
        return "PublishFailed";
    for (size_t i = 0; mesh->virtual_mesh && i < trusted->failure_count; i++)
        if (strcmp(trusted->failures[i].virtual_mesh, mesh->virtual_mesh->meta.key) == 0)
            return "TrustFailed";
    return NULL;
}

static struct status_post post_of(struct session *session, const struct inputs *inputs,
                                  const struct published *published,
                                  const struct virtual_mesh *virtual_mesh,
                                  const struct vm_status *status, const char *reason)
{
    return (struct status_post){ .virtual_mesh = virtual_mesh,
                                 .status = status,
                                 .commit =
                                     *published->result.commit ? published->result.commit : NULL,
                                 .specs_commit = inputs->specs_commit,
                                 .reason = reason,
                                 .now = session->options->now };
}

/* A spec that could not be read at all has a status, too: else kubectl would show the old one. */
static struct vm_status *refused_status(const struct refused *refused, struct arena *arena)
{
    struct vm_status *status = ARENA_NEW(arena, struct vm_status, 1);

    status->ref = refused->ref;
    status->state = APPROVAL_INVALID;
    messages_add(&status->errors, arena, "%s", refused->error);
    return status;
}

/* What was deployed goes on being served: that status says why nothing newer is. */
static bool is_listed(const struct status_post *posts, size_t count, struct object_ref ref)
{
    for (size_t i = 0; i < count; i++)
        if (object_ref_equal(posts[i].status->ref, ref))
            return true;
    return false;
}

static struct status_post *list_posts(struct session *session, const struct inputs *inputs,
                                      const struct resolved_specs *resolved,
                                      const struct trusted *trusted,
                                      const struct published *published, bool stopped,
                                      size_t *count)
{
    const size_t most = resolved->plan.mesh_count + resolved->specs.refused_count;
    struct status_post *posts = ARENA_NEW(session->arena, struct status_post, most + 1);

    *count = 0;
    for (size_t i = 0; i < resolved->plan.mesh_count; i++) {
        const struct planned_virtual_mesh *mesh = &resolved->plan.meshes[i];

        posts[*count] = post_of(session, inputs, published, mesh->virtual_mesh, &mesh->status,
                                reason_of(trusted, stopped, mesh));
        posts[(*count)++].remark = policy_status_remark(session, resolved, mesh);
    }
    for (const struct refused *refused = resolved->specs.refused; refused; refused = refused->next)
        if (refused->kind == KIND_VIRTUAL_MESH && !text_empty(refused->ref.name)
            && !is_listed(posts, *count, refused->ref))
            posts[(*count)++] = post_of(session, inputs, published, NULL,
                                        refused_status(refused, session->arena), "SpecRefused");
    return posts;
}

static void post_events(struct session *session, const struct outcome *outcome, struct kube *kube,
                        const struct status_post *posts, size_t count)
{
    const struct event_source source = { pass_instance(session), session->options->now };
    struct kube_event *events;
    size_t event_count;

    if (!session->config->management.events)
        return;
    event_count =
        pass_events(&events, session, &outcome->observed, &outcome->restarted, posts, count);
    events_post(kube, events, event_count, &source, session->arena);
}

static void tell_posts(struct session *session, const struct kube *kube,
                       const struct status_post *posts, size_t count)
{
    size_t written = 0, same = 0;

    for (size_t i = 0; i < count; i++) {
        written += posts[i].result == POST_WRITTEN || posts[i].result == POST_REPORTED;
        same += posts[i].result == POST_UNCHANGED || posts[i].result == POST_REPORTED_UNCHANGED;
        if (posts[i].text)
            progress_warn(session->progress, "status of %s/%s: %s", posts[i].status->ref.namespace,
                          posts[i].status->ref.name, posts[i].text);
    }
    progress_end(session->progress, "%zu written, %zu unchanged on %s", written, same,
                 kube_server(kube));
}

static int post(struct outcome *outcome, struct session *session, bool stopped, struct err *err)
{
    struct status_post *posts;
    struct kube *kube;
    size_t count;

    progress_begin(session->progress, "status");
    if (servers_management(&kube, &session->servers, err) < 0)
        return -1;
    posts = list_posts(session, &outcome->inputs, &outcome->resolved, &outcome->trusted,
                       &outcome->published, stopped, &count);
    status_apply(kube, posts, count, session->arena);
    if (session->config->management.report_map)
        report_configmap_apply(kube, pass_namespace(kube), posts, count, session->arena);
    post_events(session, outcome, kube, posts, count);
    if (!stopped)
        policy_status_post(session, &outcome->inputs, &outcome->resolved, &outcome->published,
                           kube);
    tell_posts(session, kube, posts, count);
    outcome->posts = posts;
    outcome->post_count = count;
    return 0;
}

static void post_and_remember(struct outcome *outcome, struct session *session, bool stopped)
{
    struct err err;

    if (session->dry)
        return;
    if (session->config->management.present && post(outcome, session, stopped, &err) < 0)
        progress_warn(session->progress, "the status was not posted: %s", err.text);
    remember_statuses(session, &outcome->resolved); /* events compare with the former row */
}

void pass_status(struct outcome *outcome, struct session *session)
{
    post_and_remember(outcome, session, false);
}

void pass_status_stopped(struct outcome *outcome, struct session *session,
                         const struct err *failure)
{
    for (size_t i = 0; i < outcome->resolved.plan.mesh_count; i++) {
        struct vm_status *status = &outcome->resolved.plan.meshes[i].status;

        messages_add(&status->errors, session->arena, "%s", failure->text);
        if (status->state == APPROVAL_ACCEPTED)
            status->state = APPROVAL_FAILED;
    }
    post_and_remember(outcome, session, true);
}
