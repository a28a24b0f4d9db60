/* translate/destination_rule.c - DestinationRules of Services.  Fields in the order of Istio's
 * reference.
 *
 * Rules are written only to say something: without a TLS mode in the settings Istio decides by
 * itself (auto mTLS), and a rule that named the same mode would turn that off for the host. Where
 * Istio can limit it, a rule for importers is visible in the scope of its ServiceEntry alone. */
#include "translate/destination_rule.h"
#include "api/specs_index.h"

#include "translate/manifest.h"
#include "translate/name.h"
#include <inttypes.h>

/* Durations as Istio writes them. */
static void set_seconds(struct arena *arena, struct node *map, const char *key, int64_t seconds)
{
    if (seconds >= 0)
        node_set_text(arena, map, key, arena_printf(arena, "%" PRId64 "s", seconds));
}

struct node *destination_rule_keepalive(const struct tcp_keepalive *keepalive, struct arena *arena)
{
    struct node *policy, *tcp;

    if (!keepalive || (!keepalive->probes && keepalive->time_s < 0 && keepalive->interval_s < 0))
        return NULL;
    policy = node_map(arena);
    tcp = node_set(node_set(policy, "connectionPool", node_map(arena)), "tcp", node_map(arena));
    tcp = node_set(tcp, "tcpKeepalive", node_map(arena));
    if (keepalive->probes)
        node_set_int(arena, tcp, "probes", keepalive->probes);
    set_seconds(arena, tcp, "time", keepalive->time_s);
    set_seconds(arena, tcp, "interval", keepalive->interval_s);
    return policy;
}

/* NULL: nothing to say. */
static struct node *traffic_policy(const struct resolved *resolved,
                                   const struct tcp_keepalive *keepalive, struct arena *arena)
{
    const enum tls_mode mode = resolved->specs->settings.tls_mode;
    struct node *policy = destination_rule_keepalive(keepalive, arena);

    if (mode == TLS_UNSET)
        return policy;
    if (!policy)
        policy = node_map(arena);
    node_set_text(arena, node_set(policy, "tls", node_map(arena)), "mode",
                  enums_name(&tls_modes, (int)mode));
    return policy;
}

static struct node *finish(const struct manifest_head *head, const char *host, struct node *policy,
                           struct arena *arena)
{
    struct node *object = manifest_begin(arena, head);
    struct node *spec = node_set(object, "spec", node_map(arena));

    node_set_text(arena, spec, "host", host);
    node_set(spec, "trafficPolicy", policy);
    return object;
}

struct node *destination_rule_remote(const struct resolved *resolved, const struct export *export,
                                     struct variant variant, struct arena *arena)
{
    const struct resolved_virtual_mesh *virtual_mesh = export->home->virtual_mesh;
    struct node *policy = traffic_policy(resolved, virtual_mesh->spec->federation.keepalive, arena);

    struct node *object;

    if (!policy)
        return NULL;
    object = finish(
        &(struct manifest_head){
            .api_version = variant.dialect->networking,
            .kind = "DestinationRule",
            .name = export->rule_name,
            .namespace = variant.namespace,
            .owner = resolved->specs->pod_namespace,
            .parents = virtual_mesh->parents,
            .federation = cluster_ref_key(export->destination->service->ref, arena),
        },
        export->host, policy, arena);
    if (variant.dialect->entry_selects_pods)
        manifest_set_texts(arena, UNCONST(node_find(object, "spec")), "exportTo", export->scope,
                           export->scope_count);
    return object;
}

struct node *destination_rule_home(const struct resolved *resolved, const struct export *export,
                                   struct arena *arena)
{
    const struct resolved_virtual_mesh *virtual_mesh = export->home->virtual_mesh;
    struct node *policy = traffic_policy(resolved, virtual_mesh->spec->federation.keepalive, arena);

    if (!policy)
        return NULL;
    return finish(
        &(struct manifest_head){
            .api_version = export->home->dialect->networking,
            .kind = "DestinationRule",
            .name = export->host,
            .namespace = service_entry_export_namespace(export),
            .owner = resolved->specs->pod_namespace,
            .parents = virtual_mesh->parents,
        },
        export->host, policy, arena);
}

struct node *destination_rule_local(const struct resolved *resolved,
                                    const struct resolved_mesh *mesh,
                                    const struct destination *destination, struct arena *arena)
{
    const struct cluster_ref service = destination->service->ref;
    const struct object_ref parent = { destination->meta.name, destination->meta.namespace };
    const struct object_ref cluster = { service.cluster, resolved->specs->pod_namespace };
    struct node *policy = traffic_policy(resolved, NULL, arena);

    /* Without its KubernetesCluster the domain of the host is not known. */
    if (!policy || specs_is_refused(resolved->specs, KIND_KUBERNETES_CLUSTER, cluster))
        return NULL;
    return finish(
        &(struct manifest_head){
            .api_version = mesh->dialect->networking,
            .kind = "DestinationRule",
            .name = service.name,
            .namespace = service.namespace,
            .owner = resolved->specs->pod_namespace,
            .parents = manifest_parents(arena, PARENT_DESTINATION, parent),
        },
        name_local(service, specs_cluster_domain(resolved->specs, service.cluster), arena), policy,
        arena);
}
