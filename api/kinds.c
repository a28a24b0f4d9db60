/* api/kinds.c - the table of kinds: a new one is one row and one file.
 *
 * Kinds with compacted true are those of which a fleet has tens of thousands, one for each Service
 * and workload; specs.c decodes them into memory that it reuses.
 *
 * A document of one of these API groups whose kind is not in the table is taken for a typing error
 * in a kind of ours: it is an error, and the specs count as incomplete. Otherwise "VirtualMehs"
 * would read as the deletion of a virtual mesh. Kinds that Gloo Mesh has and weft does not need
 * are listed for that reason. */
#include "api/kinds.h"
#include "api/settings.h"
#include "api/workload.h"
#include "base/suggest.h"

#include <string.h>

#define NETWORKING "networking.mesh.gloo.solo.io/v1"
#define DISCOVERY "discovery.mesh.gloo.solo.io/v1"
#define SETTINGS "settings.mesh.gloo.solo.io/v1"
#define MULTICLUSTER "multicluster.solo.io/v1alpha1"

#define DECODES(type)                                                                              \
    static void type##_into(void *out, struct at at) { *(struct type *)out = type##_decode(at); }
DECODES(virtual_mesh)
DECODES(access_policy)
DECODES(settings)
DECODES(mesh)
DECODES(workload)
DECODES(destination)
DECODES(kubernetes_cluster)

#define ROW(version, resource, type, compacted)                                                    \
    {                                                                                              \
        .api_version = (version), .size = sizeof(struct type),                                     \
        .meta = offsetof(struct type, meta), .decode = type##_into, .spec = &type##_schema,        \
        .many = (compacted), .plural = (resource)                                                  \
    }
const struct kind_row kind_rows[KIND_COUNT] = {
    [KIND_VIRTUAL_MESH] = ROW(NETWORKING, "virtualmeshes", virtual_mesh, false),
    [KIND_ACCESS_POLICY] = ROW(NETWORKING, "accesspolicies", access_policy, false),
    [KIND_SETTINGS] = ROW(SETTINGS, "settings", settings, false),
    [KIND_MESH] = ROW(DISCOVERY, "meshes", mesh, false),
    [KIND_WORKLOAD] = ROW(DISCOVERY, "workloads", workload, true),
    [KIND_DESTINATION] = ROW(DISCOVERY, "destinations", destination, true),
    [KIND_KUBERNETES_CLUSTER] = ROW(MULTICLUSTER, "kubernetesclusters", kubernetes_cluster, false),
};

/* Kinds of the same groups that weft has no use for (VirtualMesh API). */
static const char *const not_needed[] = { "TrafficPolicy", "Dashboard" };

int kinds_find(const char *name)
{
    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (text_equal(object_kind_name((enum object_kind)kind), name))
            return kind;
    return -1;
}

const char *kinds_nearest(const char *name)
{
    const char *names[KIND_COUNT];

    for (int kind = 0; kind < KIND_COUNT; kind++)
        names[kind] = object_kind_name((enum object_kind)kind);
    return suggest_nearest(name, names, KIND_COUNT);
}

bool kinds_group_known(const char *api_version)
{
    const char *slash = strchr(api_version, '/');

    for (int kind = 0; slash && kind < KIND_COUNT; kind++)
        if (strncmp(kind_rows[kind].api_version, api_version, (size_t)(slash - api_version) + 1)
            == 0)
            return true;
    return false;
}

bool kinds_not_needed(const char *name)
{
    return text_listed(not_needed, LENGTH(not_needed), name);
}

static const char *kept(const char *text, struct arena *arena)
{
    return text_empty(text) ? "" : arena_text(arena, text);
}

/* Of an object that is refused as much as could be decoded: what discovery found must not take its
 * place (discovery/precedence.c). */
struct cluster_ref kinds_about(enum object_kind kind, const void *object, struct arena *arena)
{
    struct cluster_ref ref = { "", "", "" };

    if (kind == KIND_MESH) {
        const struct mesh *mesh = object;

        ref = (struct cluster_ref){ "", mesh->namespace, mesh->cluster };
    } else if (kind == KIND_DESTINATION) {
        const struct destination *destination = object;

        if (destination->service)
            ref = destination->service->ref;
    } else if (kind == KIND_WORKLOAD) {
        ref = ((const struct workload *)object)->controller;
    }
    return (struct cluster_ref){ kept(ref.name, arena), kept(ref.namespace, arena),
                                 kept(ref.cluster, arena) };
}
