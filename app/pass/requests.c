/* app/pass/requests.c - meshes whose certificates cannot be served. */
#include "app/pass/requests.h"
#include "app/pass/remark.h"

void requests_failed(struct trusted *trusted, const struct planned_virtual_mesh *mesh,
                     const char *key, enum approval_state state, const char *text)
{
    remark_mesh_failure(&trusted->remarks, mesh->status.ref, key, state, text);
}
