/* api/object_kind.c - the names of the kinds that weft reads. */
#include "api/object_kind.h"
#include "base/compiler.h"

#include <assert.h>

static const char *const kind_names[] = {
    [KIND_VIRTUAL_MESH] = "VirtualMesh",
    [KIND_ACCESS_POLICY] = "AccessPolicy",
    [KIND_SETTINGS] = "Settings",
    [KIND_MESH] = "Mesh",
    [KIND_WORKLOAD] = "Workload",
    [KIND_DESTINATION] = "Destination",
    [KIND_KUBERNETES_CLUSTER] = "KubernetesCluster",
};
static_assert(LENGTH(kind_names) == KIND_COUNT, "every kind has a name");

const char *object_kind_name(enum object_kind kind)
{
    assert(kind < KIND_COUNT);
    return kind_names[kind];
}
