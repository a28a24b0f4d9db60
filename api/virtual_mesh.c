/* api/virtual_mesh.c - the fields of a VirtualMesh.  Must not compare it with any other object. */
#include "api/virtual_mesh.h"
#include "api/canonical.h"
#include "api/meta.h"
#include "base/write_json.h"

#include "api/annotation.h"
#include "api/federation.h"
#include "api/field.h"
#include "api/schema_decode.h"
#include "api/schema_encode.h"
#include "base/digest.h"
#include "base/map.h"
#include "base/write.h"

static const char *const global_access_names[] = {
    [ACCESS_MESH_DEFAULT] = "MESH_DEFAULT",
    [ACCESS_ENABLED] = "ENABLED",
    [ACCESS_DISABLED] = "DISABLED",
};
const struct enum_table global_access_policies = ENUM_TABLE(global_access_names);

static void encode_mtls(struct arena *arena, struct node *map, const struct schema_field *field,
                        const void *object)
{
    const struct virtual_mesh *mesh = object;

    if (mesh->mtls.model != TRUST_ABSENT)
        node_set(map, field->key, schema_encode(&mesh->mtls, field->schema, arena));
}

static const struct schema_field virtual_mesh_fields[] = {
    ROW_REFS(struct virtual_mesh, "meshes", meshes, mesh_count, "Mesh",
             .places = SCHEMA_OPTIONAL(struct virtual_mesh, mesh_places), .absent = "none",
             .unique = true,
             .doc = "The Meshes that are joined; each must exist and can be in one VirtualMesh "
                    "only."),
    ROW_MAP(struct virtual_mesh, "mtlsConfig", mtls, mtls_config_schema, .encode = encode_mtls,
            .absent = "weft manages no certificates", .doc = "Trust between the meshes."),
    ROW_MAP(struct virtual_mesh, "federation", federation, federation_schema,
            .given = SCHEMA_OPTIONAL(struct virtual_mesh, federation.present),
            .absent = "nothing is federated",
            .doc = "Which Destinations are exposed to other meshes; `{}` federates nothing."),
    ROW_ENUM(struct virtual_mesh, "globalAccessPolicy", access, global_access_policies,
             .doc = "`ENABLED` denies every request in the meshes that no AccessPolicy allows; the "
                    "other two allow what Istio allows by itself."),
};
const struct schema virtual_mesh_schema = {
    .name = "VirtualMeshSpec",
    .doc = "Meshes that trust each other and reach each other's services.",
    .size = sizeof(struct virtual_mesh),
    SCHEMA_FIELDS(virtual_mesh_fields)
};

/* Of the spec alone: an annotation, such as an approval, must not look like a change of the spec.
 */
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
    const struct at spec = at_key(&at, "spec");
    const struct diag *last = at.with->diags->last;
    struct virtual_mesh mesh = { .meta = meta_decode(at) };

    mesh.annotation_places = find_places(&at, &mesh.meta);
    annotation_remark_all(&mesh, at.with->diags, last, at.with->arena);
    field_need_spec(&spec);
    schema_decode(&mesh, &virtual_mesh_schema, &spec, "spec");
    set_digest(&mesh);
    return mesh;
}
