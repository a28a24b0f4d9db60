/* delivery/path.c - where an encrypted cacerts is on the output branch. */
#include "delivery/path.h"

const char *delivery_path(const struct mesh_identity *mesh, struct arena *arena)
{
    return arena_printf(arena, "clusters/%s/trust/%s.cacerts.yaml", mesh->cluster, mesh->namespace);
}
