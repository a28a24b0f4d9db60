/* app/pass/status.c - the status of each VirtualMesh to the ledger and to the API server; a failure
 * here never fails a pass. */
#include "app/pass/status.h"
#include "app/pass/events.h"
#include "app/pass/facts.h"
#include "app/pass/findings.h"
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
static void remember_status(struct pass *pass, const struct planned_virtual_mesh *mesh)
{
    const char *name = object_ref_text(mesh->status.ref, pass->arena);
    struct ledger_status *row = ledger_find_status(&pass->ledger, name);
    AUTO_TEXT json = { 0 };
    char digest[65];

    write_json(&json, status_encode_virtual_mesh(&mesh->status, false, pass->arena), false);
    sha256_hex(digest, json.bytes, json.len);
    if (row && strcmp(row->digest, digest) == 0)
        return;
    if (!row) {
        row = ledger_add_status(&pass->ledger);
        row->virtual_mesh = name;
    }
    row->state = enums_name(&approval_states, (int)mesh->status.state);
    row->digest = arena_text(pass->arena, digest);
    row->json = arena_bytes(pass->arena, json.bytes, json.len);
    row->updated = pass->options->now;
    row->changed = true;
}

static bool in_plan(const struct pass *pass, const char *name)
{
    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        if (strcmp(object_ref_text(pass->plan.meshes[i].status.ref, pass->arena), name) == 0)
            return true;
    return pass_unsure(pass, name);
}

static void remember_statuses(struct pass *pass)
{
    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        remember_status(pass, &pass->plan.meshes[i]);
    for (struct ledger_status *row = pass->ledger.statuses; row; row = row->next)
        if (!row->gone && !in_plan(pass, row->virtual_mesh))
            row->gone = row->changed = true;
}

/* --- the API server --- */

static const char *reason_of(const struct pass *pass, const struct planned_virtual_mesh *mesh)
{
    if (pass->stopped)
        return "PublishFailed";
    for (size_t i = 0; mesh->virtual_mesh && i < pass->failure_count; i++)
        if (strcmp(pass->failures[i].virtual_mesh, mesh->virtual_mesh->meta.key) == 0)
            return "TrustFailed";
    return NULL;
}

static struct status_post post_of(const struct pass *pass, const struct virtual_mesh *virtual_mesh,
                                  const struct vm_status *status, const char *reason)
{
    return (struct status_post){ .virtual_mesh = virtual_mesh,
                                 .status = status,
                                 .commit = *pass->published.commit ? pass->published.commit : NULL,
                                 .specs_commit = pass->specs_commit,
                                 .reason = reason,
                                 .now = pass->options->now };
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

static struct status_post *list_posts(const struct pass *pass, size_t *count)
{
    const size_t most = pass->plan.mesh_count + pass->specs.refused_count;
    struct status_post *posts = ARENA_NEW(pass->arena, struct status_post, most + 1);

    *count = 0;
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        const struct planned_virtual_mesh *mesh = &pass->plan.meshes[i];

        posts[*count] = post_of(pass, mesh->virtual_mesh, &mesh->status, reason_of(pass, mesh));
        posts[(*count)++].remark = policy_status_remark(pass, mesh);
    }
    for (const struct refused *refused = pass->specs.refused; refused; refused = refused->next)
        if (refused->kind == KIND_VIRTUAL_MESH && !text_empty(refused->ref.name)
            && !is_listed(posts, *count, refused->ref))
            posts[(*count)++] =
                post_of(pass, NULL, refused_status(refused, pass->arena), "SpecRefused");
    return posts;
}

static void post_events(struct pass *pass, struct kube *kube, const struct status_post *posts,
                        size_t count)
{
    const struct event_source source = { pass_instance(pass), pass->options->now };
    struct kube_event *events;
    size_t event_count;

    if (!pass->config->management.events)
        return;
    event_count = pass_events(&events, pass, posts, count);
    events_post(kube, events, event_count, &source, pass->arena);
}

static void tell_posts(const struct pass *pass, const struct kube *kube,
                       const struct status_post *posts, size_t count)
{
    size_t written = 0, same = 0;

    for (size_t i = 0; i < count; i++) {
        written += posts[i].result == POST_WRITTEN || posts[i].result == POST_REPORTED;
        same += posts[i].result == POST_UNCHANGED || posts[i].result == POST_REPORTED_UNCHANGED;
        if (posts[i].text)
            progress_warn(pass->progress, "status of %s/%s: %s", posts[i].status->ref.namespace,
                          posts[i].status->ref.name, posts[i].text);
    }
    progress_end(pass->progress, "%zu written, %zu unchanged on %s", written, same,
                 kube_server(kube));
}

static int post(struct pass *pass, struct err *err)
{
    struct status_post *posts;
    struct kube *kube;
    size_t count;

    progress_begin(pass->progress, "status");
    if (servers_management(&kube, &pass->servers, err) < 0)
        return -1;
    posts = list_posts(pass, &count);
    status_apply(kube, posts, count, pass->arena);
    if (pass->config->management.report_map)
        report_configmap_apply(kube, pass_namespace(kube), posts, count, pass->arena);
    post_events(pass, kube, posts, count);
    policy_status_post(pass, kube);
    tell_posts(pass, kube, posts, count);
    pass->posts = posts;
    pass->post_count = count;
    return 0;
}

void pass_status(struct pass *pass)
{
    struct err err;

    if (pass->dry)
        return;
    if (!pass->stopped)
        pass_note_unreachable(pass);
    pass_gather(pass);
    if (pass->config->management.present && post(pass, &err) < 0)
        progress_warn(pass->progress, "the status was not posted: %s", err.text);
    remember_statuses(pass); /* events compare with what was remembered before */
}

/* What was resolved cannot be published now: everybody who looks at a status shall see it. */
void pass_status_stopped(struct pass *pass, const struct err *failure)
{
    pass_note_unreachable(pass);
    pass_gather(pass); /* the failure itself is told as such */
    pass->stopped = true;
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        struct vm_status *status = &pass->plan.meshes[i].status;

        messages_add(&status->errors, pass->arena, "%s", failure->text);
        if (status->state == APPROVAL_ACCEPTED)
            status->state = APPROVAL_FAILED;
    }
    pass_status(pass);
}
