/* app/pass/status.c - statuses to the API server and to the ledger, from which "weft status" reads
 * them; a failure here never fails a pass. */
#include "app/pass/status.h"
#include "app/pass/events.h"
#include "app/pass/lock.h"
#include "app/pass/policy_status.h"
#include "app/pass/reach.h"
#include "app/pass/remark.h"
#include "base/digest.h"
#include "base/write.h"
#include "base/write_json.h"
#include "k8s-job/apply/events.h"
#include "k8s-job/apply/report_configmap.h"
#include "k8s-job/apply/status.h"
#include "k8s-job/messages.h"
#include <string.h>

/* "weft status" reads these rows. */
static void remember_status(struct session *session, const struct planned_virtual_mesh *planned)
{
    const char *name = object_ref_text(planned->status.ref, session->arena);
    struct ledger_status *row = ledger_find_status(&session->ledger, name);
    AUTO_TEXT json = { 0 };
    char digest[65];

    write_json(&json, status_encode_virtual_mesh(&planned->status, false, session->arena), false);
    sha256_hex(digest, json.bytes, json.len);
    if (row && strcmp(row->digest, digest) == 0)
        return;
    if (!row) {
        row = ledger_add_status(&session->ledger);
        row->virtual_mesh = name;
    }
    row->state = planned->status.state;
    row->digest = arena_text(session->arena, digest);
    row->json = arena_bytes(session->arena, json.bytes, json.len);
    row->updated = session->options->now;
    row->changed = true;
}

static bool in_plan(const struct status_facts *facts, const char *name, struct arena *arena)
{
    for (size_t i = 0; i < facts->plan->virtual_mesh_count; i++)
        if (strcmp(object_ref_text(facts->plan->virtual_meshes[i].status.ref, arena), name) == 0)
            return true;
    return resolve_is_unsure(facts->specs, name, arena);
}

static void remember_statuses(struct session *session, const struct status_facts *facts)
{
    for (size_t i = 0; i < facts->plan->virtual_mesh_count; i++)
        remember_status(session, &facts->plan->virtual_meshes[i]);
    for (struct ledger_status *row = session->ledger.statuses; row; row = row->next)
        if (!row->gone && !in_plan(facts, row->virtual_mesh, session->arena))
            row->gone = row->changed = true;
}

/* --- the API server --- */

static const char *reason_of(const struct status_facts *facts, const struct vm_status *status)
{
    if (facts->stopped)
        return "PublishFailed";
    return remark_has_mesh_failure(facts->trusted, status->ref) ? "TrustFailed" : NULL;
}

static struct status_post post_of(const struct session *session, const struct status_facts *facts,
                                  const struct vm_status *status, const char *reason)
{
    return (struct status_post){ .status = status,
                                 .commit = *facts->commit ? facts->commit : NULL,
                                 .specs_commit = facts->specs_commit,
                                 .reason = reason,
                                 .now = session->options->now };
}

/* A spec that could not be read at all has a status as well: else kubectl would show the old one.
 */
static struct vm_status *refused_status(const struct refused *refused, struct arena *arena)
{
    struct vm_status *status = ARENA_NEW(arena, struct vm_status, 1);

    status->ref = refused->ref;
    status->state = APPROVAL_INVALID;
    messages_add(&status->errors, arena, "%s", refused->error);
    return status;
}

/* What was deployed is still served: that status says why nothing newer is. */
static bool is_listed(const struct status_post *posts, size_t count, struct object_ref ref)
{
    for (size_t i = 0; i < count; i++)
        if (object_ref_equal(posts[i].status->ref, ref))
            return true;
    return false;
}

static struct status_post *list_posts(const struct session *session,
                                      const struct status_facts *facts, size_t *count)
{
    const struct plan *plan = facts->plan;
    const size_t most = plan->virtual_mesh_count + facts->specs->refused_count;
    struct status_post *posts = ARENA_NEW(session->arena, struct status_post, most + 1);

    *count = 0;
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        const struct planned_virtual_mesh *planned = &plan->virtual_meshes[i];
        struct status_post *post = &posts[(*count)++];

        *post = post_of(session, facts, &planned->status, reason_of(facts, &planned->status));
        post->virtual_mesh = planned->virtual_mesh;
        post->remark = policy_status_remark(facts->specs, plan, planned, session->arena);
    }
    for (const struct refused *refused = facts->specs->refused; refused; refused = refused->next)
        if (refused->kind == KIND_VIRTUAL_MESH && !text_empty(refused->ref.name)
            && !is_listed(posts, *count, refused->ref))
            posts[(*count)++] =
                post_of(session, facts, refused_status(refused, session->arena), "SpecRefused");
    return posts;
}

static void post_events(const struct session *session, const struct status_facts *facts,
                        struct kube *kube, const struct posted *posted)
{
    const struct event_source source = { pass_instance(session), session->options->now };
    const struct event_facts about = { &session->ledger, facts->observed, facts->restarted,
                                       session->options->now };
    struct kube_event *events;
    size_t count;

    if (!session->config->management.events)
        return;
    count = pass_events(&events, &about, posted->list, posted->count, session->arena);
    events_post(kube, events, count, &source, session->arena);
}

static void tell_posts(const struct session *session, const struct kube *kube,
                       const struct posted *posted)
{
    size_t written = 0, same = 0;

    for (size_t i = 0; i < posted->count; i++) {
        const struct status_post *post = &posted->list[i];

        written += post->result == POST_WRITTEN || post->result == POST_REPORTED;
        same += post->result == POST_UNCHANGED || post->result == POST_REPORTED_UNCHANGED;
        if (post->text)
            progress_warn(session->progress, "status of %s/%s: %s (%s)",
                          post->status->ref.namespace, post->status->ref.name, post->text,
                          post->id);
    }
    progress_end(session->progress, "%zu written, %zu unchanged on %s", written, same,
                 kube_server(kube));
}

static int post(struct posted *out, struct session *session, const struct status_facts *facts,
                struct err *err)
{
    struct kube *kube;

    progress_begin(session->progress, "status");
    if (servers_management(&kube, &session->servers, err) < 0)
        return -1;
    out->list = list_posts(session, facts, &out->count);
    status_apply(kube, out->list, out->count, session->arena);
    if (session->config->management.report_map)
        report_configmap_apply(kube, pass_namespace(kube), out->list, out->count, session->arena);
    post_events(session, facts, kube, out);
    if (!facts->stopped)
        policy_status_post(session, facts, kube);
    tell_posts(session, kube, out);
    return 0;
}

void pass_status(struct posted *out, struct session *session, const struct status_facts *facts)
{
    struct err err;

    *out = (struct posted){ 0 };
    if (session->dry)
        return;
    if (session->config->management.present && post(out, session, facts, &err) < 0)
        progress_warn(session->progress, K17_MANAGEMENT_UNREACHABLE, err.text);
    /* After the Events, which compare with what the pass before remembered. */
    remember_statuses(session, facts);
    reach_remember(&session->ledger, facts->observed, session->arena);
}
