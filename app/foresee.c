/* app/foresee.c - from what is due to the files that carry it.  Decides nothing about the trust. */
#include "app/foresee.h"
#include "app/trust.h"
#include <stdlib.h>
#include <string.h>

struct foresight {
    struct pass *pass;
    struct tree_reader tip;
    struct change *changes;
    size_t count;
};

bool foreseen(const struct change *change)
{
    static const struct git_id none;

    return change->kind != CHANGE_REMOVED && memcmp(&change->after, &none, sizeof none) == 0;
}

static bool has_change(const struct foresight *foresight, const char *path)
{
    for (size_t i = 0; i < foresight->count; i++)
        if (strcmp(foresight->changes[i].path, path) == 0)
            return true;
    return false;
}

static int add(struct foresight *foresight, const char *path, struct err *err)
{
    struct arena *arena = foresight->pass->arena;
    char *bytes;
    size_t len;

    if (has_change(foresight, path))
        return 0;
    if (foresight->tip.read(foresight->tip.context, path, &bytes, &len, arena, err) < 0)
        return -1;
    *ARENA_PUSH(arena, foresight->changes, foresight->count) =
        (struct change){ .kind = bytes ? CHANGE_CHANGED : CHANGE_ADDED, .path = path };
    return 0;
}

/* A cluster to which nothing can be delivered keeps what it has. */
static int add_mesh(struct foresight *foresight, const struct trust_mesh *mesh, struct err *err)
{
    struct pass *pass = foresight->pass;
    struct err why;

    if (pass->config->delivery != DELIVER_DIRECT
        && trust_recipient_check(pass, mesh->cluster, &why) < 0)
        return 0;
    return add(foresight, trust_path(pass, mesh, pass->arena), err);
}

static bool is_due(const struct pass *pass, const char *virtual_mesh, const char *what,
                   const char *mesh)
{
    for (size_t i = 0; i < pass->due_count; i++)
        if (strcmp(pass->due[i].virtual_mesh, virtual_mesh) == 0
            && strcmp(pass->due[i].what, what) == 0
            && (!mesh || strcmp(pass->due[i].mesh, mesh) == 0))
            return true;
    return false;
}

/* A step that issues nothing changes the bundle of every cluster. */
static int add_virtual_mesh(struct foresight *foresight, const struct plan_mesh *mesh,
                            struct err *err)
{
    const struct pass *pass = foresight->pass;
    const struct trust_request *request = mesh->trust;
    const bool step = is_due(pass, request->name, "rotation step", NULL);
    const bool issues = is_due(pass, request->name, "intermediate", NULL);

    if (!step && !issues)
        return 0;
    for (size_t i = 0; i < request->mesh_count; i++) {
        const struct trust_mesh *home = trust_mesh_home(request, &request->meshes[i]);

        if ((issues ? is_due(pass, request->name, "intermediate", home->key) : step)
            && add_mesh(foresight, home, err) < 0)
            return -1;
    }
    return add(foresight, record_path(mesh->status.ref, pass->arena), err);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct change *)a)->path, ((const struct change *)b)->path);
}

int foresee_trust(struct pass *pass, struct err *err)
{
    struct foresight foresight = { .pass = pass, .tip = pass_tip(pass) };

    for (size_t i = 0; i < pass->published.change_count; i++)
        *ARENA_PUSH(pass->arena, foresight.changes, foresight.count) = pass->published.changes[i];
    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        if (pass->plan.meshes[i].trust && !pass->plan.meshes[i].held
            && add_virtual_mesh(&foresight, &pass->plan.meshes[i], err) < 0)
            return -1;
    if (foresight.count)
        qsort(foresight.changes, foresight.count, sizeof *foresight.changes, by_path);
    pass->published.changes = foresight.changes;
    pass->published.change_count = foresight.count;
    return 0;
}
