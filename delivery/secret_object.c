/* delivery/secret_object.c - labels and annotations that every cacerts carries.
 *
 * The prune annotations keep Argo CD and Flux from deleting a cacerts whose file left the branch:
 * istiod would fall back to a CA of its own at its next start, and every proxy would lose the
 * others. Removing trust is an operator's act. Labels and the parents annotation name the
 * VirtualMesh, so that an operator finds out in the cluster where the Secret comes from. */
#include "delivery/secret_object.h"

#include "base/text.h"
#include "base/write_json.h"

struct node *secret_object_name(struct node *manifest, const struct secret_object *object,
                                struct arena *arena)
{
    struct node *metadata = node_set(manifest, "metadata", node_map(arena)), *labels;

    node_set_text(arena, metadata, "name", object->name);
    node_set_text(arena, metadata, "namespace", object->namespace);
    labels = node_set(metadata, "labels", node_map(arena));
    node_set_text(arena, labels, "app.kubernetes.io/managed-by", "weft");
    node_set_text(arena, labels, "owner.networking.mesh.gloo.solo.io", object->owner);
    return node_set(metadata, "annotations", node_map(arena));
}

struct node *secret_object_metadata(struct node *manifest, const struct secret_object *object,
                                    struct arena *arena)
{
    struct node *part = secret_object_name(manifest, object, arena);

    node_set_text(arena, part, "argocd.argoproj.io/sync-options", "Prune=false");
    node_set_text(arena, part, "kustomize.toolkit.fluxcd.io/prune", "disabled");
    node_set_text(arena, part, "parents.networking.mesh.gloo.solo.io", object->parents);
    return part;
}

void secret_object_allow_takeover(struct node *annotations, struct arena *arena)
{
    node_set_text(arena, annotations, "sealedsecrets.bitnami.com/managed", "true");
}

const char *secret_object_parents(const struct virtual_mesh *virtual_mesh, struct arena *arena)
{
    struct node *parents = node_map(arena), *ref = node_map(arena);
    AUTO_TEXT json = { 0 };

    node_add(
        node_set(parents, "networking.mesh.gloo.solo.io/v1, Kind=VirtualMesh", node_list(arena)),
        ref);
    node_set_text(arena, ref, "name", virtual_mesh->meta.name);
    node_set_text(arena, ref, "namespace", virtual_mesh->meta.namespace);
    write_json(&json, parents, false);
    return arena_bytes(arena, json.bytes, json.len);
}
