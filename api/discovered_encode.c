/* api/discovered_encode.c - discovered kinds as the API writes them.  Pure.  Spec and key order
 * come from the tables of the kinds; decoding what is written here gives the same struct again, so
 * an inventory that is read and written stays byte for byte. */
#include "api/discovered_encode.h"

#include "api/encode.h"
#include "api/kinds.h"
#include "api/schema_encode.h"

/* The two labels are those by which Gloo Mesh finds what its discovery wrote. */
static struct node *encode(enum object_kind kind, const void *object, const struct meta *meta,
                           const char *cluster, struct arena *arena)
{
    struct node *node = node_map(arena), *metadata = node_map(arena), *labels = node_map(arena);

    node_set_text(arena, node, "apiVersion", kind_rows[kind].api_version);
    node_set_text(arena, node, "kind", object_kind_name(kind));
    node_set(node, "metadata", metadata);
    node_set_text(arena, metadata, "name", meta->name);
    node_set_text(arena, metadata, "namespace", meta->namespace);
    node_set(metadata, "labels", labels);
    node_set_text(arena, labels, "cluster.discovery.mesh.gloo.solo.io", cluster);
    node_set_text(arena, labels, "owner.discovery.mesh.gloo.solo.io", meta->namespace);
    encode_pairs(arena, metadata, "annotations", meta->annotations, meta->annotation_count);
    node_set(node, "spec", schema_encode(object, kind_rows[kind].spec, arena));
    return node;
}

struct node *discovered_encode_cluster(const struct kubernetes_cluster *cluster,
                                       struct arena *arena)
{
    return encode(KIND_KUBERNETES_CLUSTER, cluster, &cluster->meta, cluster->meta.name, arena);
}

struct node *discovered_encode_mesh(const struct mesh *mesh, struct arena *arena)
{
    return encode(KIND_MESH, mesh, &mesh->meta, mesh->cluster, arena);
}

struct node *discovered_encode_destination(const struct destination *destination,
                                           struct arena *arena)
{
    return encode(KIND_DESTINATION, destination, &destination->meta,
                  destination->service->ref.cluster, arena);
}

struct node *discovered_encode_workload(const struct workload *workload, struct arena *arena)
{
    return encode(KIND_WORKLOAD, workload, &workload->meta, workload->controller.cluster, arena);
}
