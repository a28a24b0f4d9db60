/* app/post.c - the status of each VirtualMesh to the ledger and to the API server; a failure here
 * never fails a pass. */
#include "app/pass.h"
#include "base/hash.h"
#include "base/write.h"
#include "k8s-job/status.h"
#include <string.h>

static const char *mesh_name(const struct plan_mesh *mesh, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", mesh->status.ref.namespace, mesh->status.ref.name);
}

/* "weft status" reads these rows. */
static void remember_status(struct pass *pass, const struct plan_mesh *mesh)
{
    const char *name = mesh_name(mesh, pass->arena);
    struct ledger_status *row = ledger_find_status(&pass->ledger, name);
    AUTO_TEXT json = { 0 };
    char digest[65];

    write_json(&json, encode_vm_status(&mesh->status, false, pass->arena), false);
    sha256_hex(digest, json.bytes, json.len);
    if (row && strcmp(row->digest, digest) == 0)
        return;
    if (!row) {
        row = ledger_add_status(&pass->ledger);
        row->virtual_mesh = name;
    }
    row->state = enum_name(&approval_states, (int)mesh->status.state);
    row->digest = arena_text(pass->arena, digest);
    row->json = arena_bytes(pass->arena, json.bytes, json.len);
    row->updated = pass->options->now;
    row->changed = true;
}

static bool in_plan(const struct pass *pass, const char *name)
{
    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        if (strcmp(mesh_name(&pass->plan.meshes[i], pass->arena), name) == 0)
            return true;
    for (const struct refused *refused = pass->specs.refused; refused; refused = refused->next)
        if (refused->kind == KIND_VIRTUAL_MESH
            && strcmp(arena_printf(pass->arena, "%s/%s", refused->ref.namespace, refused->ref.name),
                      name)
                   == 0)
            return true;
    return pass->specs.incomplete;
}

static void remember_statuses(struct pass *pass)
{
    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        remember_status(pass, &pass->plan.meshes[i]);
    for (struct ledger_status *row = pass->ledger.statuses; row; row = row->next)
        if (!row->gone && !in_plan(pass, row->virtual_mesh))
            row->gone = row->changed = true;
}

static void post_all(struct pass *pass, struct kube *kube)
{
    struct status_post *posts =
        ARENA_NEW(pass->arena, struct status_post, pass->plan.mesh_count + 1);
    size_t written = 0, same = 0;

    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        posts[i] = (struct status_post){ .virtual_mesh = pass->plan.meshes[i].virtual_mesh,
                                         .status = &pass->plan.meshes[i].status,
                                         .commit = pass->published.commit,
                                         .specs_commit = pass->specs_commit,
                                         .now = pass->options->now };
    status_apply(kube, posts, pass->plan.mesh_count, pass->arena);
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        written += posts[i].result == POST_WRITTEN;
        same += posts[i].result == POST_UNCHANGED;
        if (posts[i].result != POST_WRITTEN && posts[i].result != POST_UNCHANGED)
            progress_warn(pass->progress, "status of %s: %s",
                          mesh_name(&pass->plan.meshes[i], pass->arena), posts[i].text);
    }
    progress_end(pass->progress, "%zu written, %zu unchanged on %s", written, same,
                 kube_server(kube));
}

static int post(struct pass *pass, struct err *err)
{
    progress_begin(pass->progress, "status");
    if (management_open(&pass->management, &pass->config->management, err) < 0)
        return -1;
    post_all(pass, pass->management.kube);
    return 0;
}

void pass_status(struct pass *pass)
{
    struct err err;

    if (pass->dry)
        return;
    remember_statuses(pass);
    if (pass->config->management.present && post(pass, &err) < 0)
        progress_warn(pass->progress, "the status was not posted: %s", err.text);
}
