/* app/pass/requests.c - meshes whose certificates cannot be served. */
#include "app/pass/requests.h"

static struct target_status *mesh_status(struct planned_virtual_mesh *mesh, const char *key)
{
    for (size_t i = 0; i < mesh->status.mesh_count; i++)
        if (strcmp(mesh->status.meshes[i].key, key) == 0)
            return &mesh->status.meshes[i];
    return NULL;
}

/* A mesh whose certificates cannot be served: its status says why, and what it has stays. */
void requests_show_failure(struct session *session, struct planned_virtual_mesh *mesh,
                           const struct mesh_failure *failure)
{
    struct target_status *target = mesh_status(mesh, failure->mesh);

    if (target) {
        messages_add(&target->errors, session->arena, "%s", failure->text);
        target->state = failure->state;
    } else {
        messages_add(&mesh->status.errors, session->arena, "%s", failure->text);
    }
    if (mesh->status.state == APPROVAL_ACCEPTED)
        mesh->status.state = failure->state;
}

void requests_failed(struct session *session, struct trusted *trusted,
                     struct planned_virtual_mesh *mesh, const char *key, enum approval_state state,
                     const char *text)
{
    struct mesh_failure *failure =
        ARENA_PUSH(session->arena, trusted->failures, trusted->failure_count);

    *failure = (struct mesh_failure){ mesh->virtual_mesh->meta.key, key, state, text };
    requests_show_failure(session, mesh, failure);
}
