/* translate/graph.c - nodes and edges out of what resolution decided.  Pure.
 *
 * A full graph has a group for each cluster.  Imports are the only edges that can grow with the
 * square of the clusters, so they are counted for each pair of meshes, and a graph with too many
 * nodes or edges is made a second time as a summary: a group for each virtual mesh, a node for each
 * cluster of it with counts, and no edges at all. */
#include "translate/graph.h"
#include "base/plural.h"
#include "base/visible.h"
#include "translate/policy.h"
#include "translate/resolved_mesh.h"

static const char *const kind_names[] = {
    [GRAPH_VIRTUAL_MESH] = "virtualMesh", [GRAPH_MESH] = "mesh",     [GRAPH_GATEWAY] = "gateway",
    [GRAPH_SERVICE] = "service",          [GRAPH_POLICY] = "policy", [GRAPH_OBJECT] = "object",
    [GRAPH_CLUSTER] = "cluster",
};
const struct enum_table graph_kinds = ENUM_TABLE(kind_names);

static const char *const state_names[] = {
    [GRAPH_PLAIN] = "", [GRAPH_UNCOVERED] = "no policy", [GRAPH_REFUSED] = "refused"
};
const struct enum_table graph_states = ENUM_TABLE(state_names);

struct making {
    struct graph *out;
    const struct plan *plan;
    const struct resolved *resolved;
    struct map *groups;   /* name of a cluster -> index */
    struct map *policies; /* "namespace/name" -> index of its node */
    size_t *mesh_nodes;   /* of resolved->meshes */
    size_t max;
    struct arena *arena;
};

static bool is_full(const struct making *at)
{
    return at->out->node_count > at->max || at->out->edge_count > 2 * at->max;
}

static void put_index(struct map *map, const char *key, size_t index, struct arena *arena)
{
    size_t *value = ARENA_NEW(arena, size_t, 1);

    *value = index;
    map_put(map, key, value);
}

static bool find_index(size_t *out, const struct map *map, const char *key)
{
    const size_t *value = map_find(map, key);

    if (value)
        *out = *value;
    return value != NULL;
}

static size_t group_of(struct making *at, const char *name)
{
    size_t index;

    if (!*name)
        return GRAPH_NO_GROUP;
    if (find_index(&index, at->groups, name))
        return index;
    index = at->out->group_count;
    put_index(at->groups, name, index, at->arena);
    *ARENA_PUSH(at->arena, at->out->groups, at->out->group_count) = visible_text(name, at->arena);
    return index;
}

static size_t add_node(struct making *at, enum graph_kind kind, enum graph_state state,
                       size_t group, const char *text)
{
    *ARENA_PUSH(at->arena, at->out->nodes, at->out->node_count) =
        (struct graph_node){ kind, state, visible_text(text, at->arena), group };
    return at->out->node_count - 1;
}

static void add_edge(struct making *at, size_t from, size_t to, const char *text)
{
    *ARENA_PUSH(at->arena, at->out->edges, at->out->edge_count) =
        (struct graph_edge){ from, to, text };
}

static enum graph_state state_of(enum approval_state state)
{
    return state == APPROVAL_INVALID || state == APPROVAL_FAILED ? GRAPH_REFUSED : GRAPH_PLAIN;
}

static enum graph_state status_state(const struct target_status *status)
{
    return status ? state_of(status->state) : GRAPH_PLAIN;
}

static bool is_covered(const struct making *at, const struct destination *destination)
{
    const struct policy_target *target = policy_target_of(at->resolved, destination);

    return target && target->grant_count;
}

static enum graph_state service_state(const struct making *at, const struct export *export)
{
    if (status_state(export->status) == GRAPH_REFUSED)
        return GRAPH_REFUSED;
    return is_covered(at, export->destination) ? GRAPH_PLAIN : GRAPH_UNCOVERED;
}

static const char *service_text(const struct destination *destination, struct arena *arena)
{
    const struct cluster_ref *ref = &destination->service->ref;

    return object_ref_text((struct object_ref){ ref->name, ref->namespace }, arena);
}

/* --- nodes --- */

static void add_policies(struct making *at)
{
    const struct plan *plan = at->plan;

    for (size_t i = 0; i < plan->policy_count && !is_full(at); i++) {
        const char *name = object_ref_text(plan->policies[i].ref, at->arena);

        put_index(
            at->policies, name,
            add_node(at, GRAPH_POLICY, state_of(plan->policies[i].state), GRAPH_NO_GROUP, name),
            at->arena);
    }
}

/* Of an object without a name that can be read: where it is. */
static const char *refused_text(const struct refused *refused, struct arena *arena)
{
    const char *kind = object_kind_name(refused->kind);

    if (*refused->ref.name || !refused->place.file)
        return arena_printf(arena, "%s %s", kind, object_ref_text(refused->ref, arena));
    return arena_printf(arena, "%s in %s:%u", kind, refused->place.file, refused->place.line);
}

/* Those that have a status are among the others already. */
static void add_refused(struct making *at)
{
    for (const struct refused *one = at->resolved->specs->refused; one && !is_full(at);
         one = one->next) {
        if ((one->kind == KIND_VIRTUAL_MESH && *one->ref.name)
            || (one->kind == KIND_ACCESS_POLICY
                && map_find(at->policies, object_ref_text(one->ref, at->arena))))
            continue;
        add_node(at, GRAPH_OBJECT, GRAPH_REFUSED, GRAPH_NO_GROUP, refused_text(one, at->arena));
    }
}

static void add_mesh(struct making *at, size_t index)
{
    const struct resolved_mesh *mesh = &at->resolved->meshes[index];

    at->mesh_nodes[index] = add_node(
        at, GRAPH_MESH, status_state(mesh->status), group_of(at, mesh->cluster),
        object_ref_text((struct object_ref){ mesh->spec->meta.name, mesh->spec->meta.namespace },
                        at->arena));
}

static void add_virtual_meshes(struct making *at)
{
    for (size_t i = 0; i < at->resolved->virtual_mesh_count && !is_full(at); i++) {
        const struct resolved_virtual_mesh *one = &at->resolved->virtual_meshes[i];
        size_t node;

        if (one->missing || !one->plan)
            continue;
        node = add_node(at, GRAPH_VIRTUAL_MESH, state_of(one->plan->status.state), GRAPH_NO_GROUP,
                        object_ref_text(one->ref, at->arena));
        for (size_t k = 0; k < one->mesh_count; k++)
            add_edge(at, node, at->mesh_nodes[one->meshes[k] - at->resolved->meshes], "");
    }
}

/* --- Services --- */

static void add_grants(struct making *at, const struct destination *destination, size_t service)
{
    const struct policy_target *target = policy_target_of(at->resolved, destination);
    size_t policy;

    for (size_t i = 0; target && i < target->grant_count; i++) {
        const struct meta *meta = &target->grants[i].policy->meta;

        if (find_index(
                &policy, at->policies,
                object_ref_text((struct object_ref){ meta->name, meta->namespace }, at->arena)))
            add_edge(at, policy, service, "");
    }
}

/* The Services of one mesh that are federated, behind its gateways; *imports counts for each mesh
 * how many of them it imports. */
static void add_exports(struct making *at, const struct resolved_mesh *home, size_t gateway,
                        size_t *imports)
{
    const struct resolved *resolved = at->resolved;
    const size_t group = group_of(at, home->cluster);

    for (size_t i = 0; i < resolved->export_count && !is_full(at); i++) {
        const struct export *export = &resolved->exports[i];
        size_t node;

        if (export->home != home || !export->destination->service)
            continue;
        node = add_node(at, GRAPH_SERVICE, service_state(at, export), group,
                        service_text(export->destination, at->arena));
        if (gateway != GRAPH_NO_GROUP)
            add_edge(at, gateway, node, "");
        add_grants(at, export->destination, node);
        for (size_t k = 0; export->importers && k < resolved->mesh_count; k++)
            imports[k] += &resolved->meshes[k] != home
                          && importers_have(export->importers, &resolved->meshes[k]);
    }
}

static void add_imports(struct making *at, size_t gateway, const size_t *imports)
{
    for (size_t i = 0; i < at->resolved->mesh_count; i++)
        if (imports[i])
            add_edge(at, at->mesh_nodes[i], gateway,
                     plural_count(imports[i], "Service", at->arena));
}

/* Every Service of a mesh is behind each of its gateways: edges name the first one. */
static void add_gateways(struct making *at, const struct resolved_mesh *mesh)
{
    size_t *imports = ARENA_NEW(at->arena, size_t, at->resolved->mesh_count + 1);
    size_t first = GRAPH_NO_GROUP;

    for (size_t i = 0; i < mesh->gateway_count; i++) {
        const struct destination *gateway = mesh->gateways[i].destination;
        const size_t node =
            add_node(at, GRAPH_GATEWAY, mesh->unreachable.count ? GRAPH_REFUSED : GRAPH_PLAIN,
                     group_of(at, mesh->cluster),
                     gateway->service ? service_text(gateway, at->arena) : gateway->meta.name);

        first = i ? first : node;
    }
    add_exports(at, mesh, first, imports);
    if (first != GRAPH_NO_GROUP)
        add_imports(at, first, imports);
}

static void make_full(struct making *at)
{
    const struct resolved *resolved = at->resolved;

    for (size_t i = 0; i < resolved->mesh_count; i++)
        add_mesh(at, i);
    add_virtual_meshes(at);
    add_policies(at);
    add_refused(at);
    for (size_t i = 0; i < resolved->mesh_count && !is_full(at); i++)
        add_gateways(at, &resolved->meshes[i]);
}

/* --- the summary --- */

/* Of one mesh. */
struct counts {
    size_t services, uncovered, refused;
};

static struct counts *count_services(const struct making *at)
{
    const struct resolved *resolved = at->resolved;
    struct counts *counts = ARENA_NEW(at->arena, struct counts, resolved->mesh_count + 1);

    for (size_t i = 0; i < resolved->export_count; i++) {
        const enum graph_state state = service_state(at, &resolved->exports[i]);
        struct counts *of = &counts[resolved->exports[i].home - resolved->meshes];

        of->services++;
        of->uncovered += state == GRAPH_UNCOVERED;
        of->refused += state == GRAPH_REFUSED;
    }
    return counts;
}

static void add_cluster(struct making *at, const struct resolved_mesh *mesh,
                        const struct counts *counts)
{
    const struct resolved_virtual_mesh *of = mesh->virtual_mesh;
    const bool refused = counts->refused || (mesh->gateway_count && mesh->unreachable.count)
                         || status_state(mesh->status) == GRAPH_REFUSED
                         || (of && of->plan && state_of(of->plan->status.state) == GRAPH_REFUSED);
    AUTO_TEXT text = { 0 };

    text_addf(&text, "%s: %s, %s", mesh->cluster,
              plural_count(mesh->gateway_count, "gateway", at->arena),
              plural_count(counts->services, "Service", at->arena));
    if (counts->uncovered)
        text_addf(&text, ", %zu without policy", counts->uncovered);
    if (counts->refused)
        text_addf(&text, ", %zu refused", counts->refused);
    add_node(at, GRAPH_CLUSTER,
             refused                                                     ? GRAPH_REFUSED
             : counts->services && counts->uncovered == counts->services ? GRAPH_UNCOVERED
                                                                         : GRAPH_PLAIN,
             of ? group_of(at, object_ref_text(of->ref, at->arena)) : GRAPH_NO_GROUP, text.bytes);
}

static void make_summary(struct making *at)
{
    const struct counts *counts = count_services(at);

    at->out->summary = true;
    for (size_t i = 0; i < at->resolved->mesh_count; i++)
        add_cluster(at, &at->resolved->meshes[i], &counts[i]);
}

void graph_make(struct graph *out, const struct plan *plan, size_t max, struct arena *arena)
{
    struct making at = { .out = out,
                         .plan = plan,
                         .resolved = plan->resolved,
                         .groups = map_new(arena),
                         .policies = map_new(arena),
                         .max = max,
                         .arena = arena };

    *out = (struct graph){ 0 };
    at.mesh_nodes = ARENA_NEW(arena, size_t, plan->resolved->mesh_count + 1);
    make_full(&at);
    if (!is_full(&at))
        return;
    *out = (struct graph){ 0 };
    at.groups = map_new(arena);
    make_summary(&at);
}

const char *graph_node_text(const struct graph_node *node, struct arena *arena)
{
    static const char *const nouns[] = {
        [GRAPH_VIRTUAL_MESH] = "VirtualMesh ", [GRAPH_MESH] = "Mesh ",
        [GRAPH_GATEWAY] = "gateway ",          [GRAPH_SERVICE] = "Service ",
        [GRAPH_POLICY] = "AccessPolicy ",      [GRAPH_OBJECT] = "",
        [GRAPH_CLUSTER] = "cluster ",
    };
    const char *state = graph_states.names[node->state];

    return arena_printf(arena, "%s%s%s%s%s", nouns[node->kind], node->text, *state ? " (" : "",
                        state, *state ? ")" : "");
}
