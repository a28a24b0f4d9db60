/* api/virtual_mesh.c - decodes a VirtualMesh.  Must not compare it with any other object. */
#include "api/virtual_mesh.h"
#include "api/canonical.h"
#include "api/meta.h"
#include "base/decode_value.h"
#include "base/write_json.h"

#include "api/annotation.h"
#include "api/federation.h"
#include "api/field.h"
#include "base/digest.h"
#include "base/map.h"
#include "base/write.h"

static const char *const global_access_names[] = {
    [ACCESS_MESH_DEFAULT] = "MESH_DEFAULT",
    [ACCESS_ENABLED] = "ENABLED",
    [ACCESS_DISABLED] = "DISABLED",
};
const struct enum_table global_access_policies = ENUM_TABLE(global_access_names);

static void set_digest(struct virtual_mesh *mesh)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    AUTO_TEXT json = { 0 };

    write_json(&json, canonical_virtual_mesh_spec(mesh, scratch), false);
    sha256_hex(mesh->digest, json.bytes, json.len);
}

/* Members by key, so that many annotations cost no more than their number. */
static struct map *members_by_key(const struct node *map, struct arena *arena)
{
    struct map *members = map_new(arena);

    for (struct node *member = map ? map->first : NULL; member; member = member->next)
        map_put(members, member->key, member);
    return members;
}

static const struct place *find_places(const struct at *at, const struct meta *meta)
{
    struct place *places = ARENA_NEW(at->with->arena, struct place, meta->annotation_count);
    struct at metadata = at_key(at, "metadata"), annotations = at_key(&metadata, "annotations");
    const struct map *members = members_by_key(annotations.node, at->with->arena);

    for (size_t i = 0; i < meta->annotation_count; i++) {
        const struct node *member = map_find(members, meta->annotations[i].key);
        struct at annotation = member ? at_member(&annotations, member)
                                      : at_key(&annotations, meta->annotations[i].key);

        places[i] = field_place(&annotation);
    }
    return places;
}

struct virtual_mesh virtual_mesh_decode(struct at at)
{
    static const char *const keys[] = { "meshes", "mtlsConfig", "federation", "globalAccessPolicy",
                                        NULL };
    struct at spec = at_key(&at, "spec"), access = at_key(&spec, "globalAccessPolicy");
    const struct diag *last = at.with->diags->last;
    struct virtual_mesh mesh = { .meta = meta_decode(at) };

    mesh.annotation_places = find_places(&at, &mesh.meta);
    annotation_remark_all(&mesh, at.with->diags, last, at.with->arena);
    field_need_spec(&spec);
    if (at_only(&spec, keys)) {
        mesh.meshes =
            field_refs(at_key(&spec, "meshes"), "Mesh", &mesh.mesh_places, &mesh.mesh_count);
        mesh.mtls = certificate_decode_mtls(at_key(&spec, "mtlsConfig"));
        mesh.access =
            (enum global_access)at_enum(&access, &global_access_policies, ACCESS_MESH_DEFAULT);
    }
    mesh.federation = federation_decode(at_key(&spec, "federation"));
    set_digest(&mesh);
    return mesh;
}
