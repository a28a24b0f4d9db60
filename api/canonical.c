/* api/canonical.c - the normal form of specs of VirtualMeshes and AccessPolicies: one way to say
 * each thing, defaults written out, so that specs which mean the same have the same bytes.  Must
 * not leave out anything that could change the output. */
#include "api/canonical.h"
#include "api/certificate_encode.h"
#include "api/virtual_mesh.h"

#include "api/encode.h"

static struct node *encode_matcher(const struct service_matcher *matcher, struct arena *arena)
{
    struct node *node = node_map(arena);

    encode_pairs(arena, node, "labels", matcher->labels, matcher->label_count);
    encode_texts(arena, node, "namespaces", matcher->namespaces, matcher->namespace_count);
    encode_texts(arena, node, "clusters", matcher->clusters, matcher->cluster_count);
    return node;
}

static struct node *encode_selector(const struct destination_selector *selector,
                                    struct arena *arena)
{
    struct node *node = node_map(arena), *services = node_list(arena);

    if (selector->matcher)
        node_set(node, "kubeServiceMatcher", encode_matcher(selector->matcher, arena));
    for (size_t i = 0; i < selector->service_count; i++)
        node_add(services, encode_cluster_ref(selector->services[i], arena));
    if (selector->service_count)
        node_set(node_set(node, "kubeServiceRefs", node_map(arena)), "services", services);
    return node;
}

static void encode_selectors(struct arena *arena, struct node *map, const char *key,
                             const struct destination_selector *selectors, size_t count)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < count; i++)
        node_add(list, encode_selector(&selectors[i], arena));
    if (count)
        node_set(map, key, list);
}

static void encode_meshes(struct arena *arena, struct node *map, const struct object_ref *meshes,
                          size_t count)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < count; i++)
        node_add(list, encode_object_ref(meshes[i], arena));
    if (count)
        node_set(map, "meshes", list);
}

static struct node *encode_gateways(const struct federation *federation, struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < federation->gateway_count; i++) {
        const struct ingress_gateway_selector *gateway = &federation->gateways[i];
        struct node *node = node_add(list, node_map(arena));

        encode_selectors(arena, node, "destinationSelectors", gateway->destinations,
                         gateway->destination_count);
        encode_text(arena, node, "portName", gateway->port_name);
    }
    return list;
}

static struct node *encode_federation_selectors(const struct federation *federation,
                                                struct arena *arena)
{
    struct node *list = node_list(arena);

    for (size_t i = 0; i < federation->selector_count; i++) {
        const struct federation_selector *selector = &federation->selectors[i];
        struct node *node = node_add(list, node_map(arena));

        encode_selectors(arena, node, "destinationSelectors", selector->destinations,
                         selector->destination_count);
        encode_meshes(arena, node, selector->meshes, selector->mesh_count);
    }
    return list;
}

static struct node *encode_keepalive(const struct tcp_keepalive *keepalive, struct arena *arena)
{
    struct node *node = node_map(arena);

    encode_int(arena, node, "probes", keepalive->probes);
    if (keepalive->time_s >= 0)
        encode_text(arena, node, "time",
                    arena_printf(arena, "%llds", (long long)keepalive->time_s));
    if (keepalive->interval_s >= 0)
        encode_text(arena, node, "interval",
                    arena_printf(arena, "%llds", (long long)keepalive->interval_s));
    return node;
}

static struct node *encode_federation(const struct federation *federation, struct arena *arena)
{
    struct node *node = node_map(arena), *enforcement = node_map(arena);

    if (federation->gateway_count)
        node_set(node, "ingressGatewaySelectors", encode_gateways(federation, arena));
    if (federation->selector_count)
        node_set(node, "selectors", encode_federation_selectors(federation, arena));
    else if (federation->permissive)
        node_set(node, "permissive", node_map(arena));
    encode_true(arena, node, "flatNetwork", federation->flat_network);
    encode_text(arena, node, "hostnameSuffix", federation->hostname_suffix);
    if (federation->keepalive)
        node_set(node, "tcpKeepalive", encode_keepalive(federation->keepalive, arena));
    encode_enum(arena, enforcement, "enforcementMode", &enforcement_modes, federation->enforcement);
    if (enforcement->count)
        node_set(node, "tlsEnforcementSettings", enforcement);
    return node;
}

struct node *canonical_virtual_mesh_spec(const struct virtual_mesh *mesh, struct arena *arena)
{
    struct node *spec = node_map(arena);

    encode_meshes(arena, spec, mesh->meshes, mesh->mesh_count);
    if (mesh->mtls.model != TRUST_ABSENT)
        node_set(spec, "mtlsConfig", certificate_encode_mtls(&mesh->mtls, arena));
    if (mesh->federation.present)
        node_set(spec, "federation", encode_federation(&mesh->federation, arena));
    encode_enum(arena, spec, "globalAccessPolicy", &global_access_policies, mesh->access);
    return spec;
}

/* An empty matcher is not the same as none. */
static struct node *encode_source(const struct identity_selector *source, struct arena *arena)
{
    struct node *node = node_map(arena), *matcher = node_map(arena), *accounts = node_list(arena);
    struct node *request = node_map(arena);

    encode_texts(arena, matcher, "namespaces", source->namespaces, source->namespace_count);
    encode_texts(arena, matcher, "clusters", source->clusters, source->cluster_count);
    if (source->has_matcher)
        node_set(node, "kubeIdentityMatcher", matcher);
    for (size_t i = 0; i < source->account_count; i++)
        node_add(accounts, encode_cluster_ref(source->accounts[i], arena));
    if (source->account_count)
        node_set(node_set(node, "kubeServiceAccountRefs", node_map(arena)), "serviceAccounts",
                 accounts);
    encode_texts(arena, request, "requestPrincipals", source->principals, source->principal_count);
    encode_texts(arena, request, "notRequestPrincipals", source->not_principals,
                 source->not_principal_count);
    if (request->count)
        node_set(node, "requestIdentityMatcher", request);
    return node;
}

struct node *encode_access_policy_spec(const struct access_policy *policy, struct arena *arena)
{
    struct node *spec = node_map(arena), *sources = node_list(arena), *ports = node_list(arena);

    for (size_t i = 0; i < policy->source_count; i++)
        node_add(sources, encode_source(&policy->sources[i], arena));
    if (policy->source_count)
        node_set(spec, "sourceSelector", sources);
    encode_selectors(arena, spec, "destinationSelector", policy->destinations,
                     policy->destination_count);
    encode_texts(arena, spec, "allowedPaths", policy->paths, policy->path_count);
    encode_texts(arena, spec, "allowedMethods", policy->methods, policy->method_count);
    for (size_t i = 0; i < policy->port_count; i++)
        node_add(ports, node_int(arena, policy->ports[i]));
    if (policy->port_count)
        node_set(spec, "allowedPorts", ports);
    return spec;
}
