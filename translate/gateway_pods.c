/* translate/gateway_pods.c - which Services lead to pods of ingress gateways.  Chooses no gateway.
 *
 * A gateway passes on what comes from other clusters unopened, so it sees neither caller nor
 * request: a policy for its pods that asks for either would refuse all of it.  While a VirtualMesh
 * is INVALID, or cannot be read, its gateways are not chosen, but those that were deployed go on
 * working; then every Service that could be one counts as one. */
#include "translate/gateway_pods.h"
#include "api/annotation.h"
#include "api/meta.h"
#include "api/selector_match.h"

#include "translate/gateway.h"
#include "translate/messages.h"
#include "translate/pod_overlap.h"

/* Ports that cannot be said are a reason to leave what is deployed as it is: without the rule
 * for them requests of other clusters would be refused, without any rules all ports would be open.
 */
struct finding {
    const struct resolved *resolved;
    struct gateway_pods *pods; /* by index of the Destination */
    struct arena *arena;
};

static bool is_listed(const struct resolved_mesh *mesh, struct object_ref service)
{
    for (size_t i = 0; i < mesh->spec->gateway_count; i++)
        if (object_ref_equal((struct object_ref){ mesh->spec->gateways[i].name,
                                                  mesh->spec->gateways[i].namespace },
                             service))
            return true;
    return false;
}

static bool is_selected(const struct resolved *resolved, const struct kube_service *service)
{
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        const struct virtual_mesh *spec = resolved->virtual_meshes[i].spec;

        for (size_t k = 0; spec && k < spec->federation.gateway_count; k++) {
            const struct ingress_gateway_selector *selector = &spec->federation.gateways[k];

            for (size_t n = 0; n < selector->destination_count; n++)
                if (selector_match_destination(&selector->destinations[n], service))
                    return true;
        }
    }
    return false;
}

static bool could_be(const struct finding *finding, const struct resolved_mesh *mesh,
                     const struct destination *destination)
{
    const struct kube_service *service = destination->service;

    return service->selector_count
           && (gateway_is_default(service)
               || meta_annotation(&destination->meta, ANNOTATION_GATEWAY)
               || is_listed(mesh, (struct object_ref){ service->ref.name, service->ref.namespace })
               || is_selected(finding->resolved, service));
}

static bool names_mesh(const struct resolved_virtual_mesh *virtual_mesh,
                       const struct resolved_mesh *mesh)
{
    const struct object_ref named = { mesh->spec->meta.name, mesh->spec->meta.namespace };

    for (size_t i = 0; virtual_mesh->spec && i < virtual_mesh->spec->mesh_count; i++)
        if (object_ref_equal(virtual_mesh->spec->meshes[i], named))
            return true;
    for (size_t i = 0; virtual_mesh->record && i < virtual_mesh->record->mesh_count; i++)
        if (text_equal(virtual_mesh->record->meshes[i], mesh->spec->meta.key))
            return true;
    return false;
}

/* A VirtualMesh that is retained has, or may have had, the mesh. */
static bool is_in_doubt(const struct resolved *resolved, const struct resolved_mesh *mesh)
{
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        const struct resolved_virtual_mesh *virtual_mesh = &resolved->virtual_meshes[i];

        if (virtual_mesh->plan->retained
            && !(virtual_mesh->spec && virtual_mesh->spec->federation.flat_network)
            && names_mesh(virtual_mesh, mesh))
            return true;
    }
    return false;
}

/* Whether all pods of the one are pods of the other. */
static bool is_within(const struct kube_service *service, const struct kube_service *gateway)
{
    return selector_match_labels(gateway->selector, gateway->selector_count, service->selector,
                                 service->selector_count);
}

/* A Service that has pods of the gateway; port 0: it is not known. */
static void mark_sharing(const struct finding *finding, const struct destination *gateway,
                         const struct destination *other, uint32_t port)
{
    struct gateway_pods *pods = &finding->pods[other - finding->resolved->specs->destinations];

    if (is_within(other->service, gateway->service) || gateway_is_default(other->service))
        pods->share = GATEWAY_SHARE_ALL;
    else if (pods->share == GATEWAY_SHARE_NONE)
        pods->share = GATEWAY_SHARE_SOME;
    if (!port)
        pods->in_doubt = true;
    else if (!port_limit_has((struct port_list){ pods->ports, pods->port_count }, port))
        *ARENA_PUSH(finding->arena, pods->ports, pods->port_count) = port;
}

static void mark(const struct finding *finding, const struct resolved_mesh *mesh,
                 const struct destination *gateway, uint32_t port)
{
    for (size_t i = 0; i < mesh->destination_count; i++) {
        const struct destination *other = mesh->destinations[i];

        if (other == gateway || pod_overlap_between(finding->resolved->overlap, gateway, other))
            mark_sharing(finding, gateway, other, port);
    }
}

static bool admits_all(const struct resolved_mesh *mesh)
{
    return mesh->virtual_mesh && mesh->virtual_mesh->spec
           && mesh->virtual_mesh->spec->access == ACCESS_ENABLED;
}

static void mark_mesh(const struct finding *finding, const struct resolved_mesh *mesh)
{
    const bool in_doubt = is_in_doubt(finding->resolved, mesh);

    if (mesh->virtual_mesh && mesh->virtual_mesh->flat)
        return;
    if (!in_doubt && !admits_all(mesh) && !(mesh->virtual_mesh && mesh->virtual_mesh->federates))
        return; /* nothing comes from other clusters */
    for (size_t i = 0; i < mesh->gateway_count; i++)
        mark(finding, mesh, mesh->gateways[i].destination,
             in_doubt ? 0 : gateway_passthrough_port(mesh, &mesh->gateways[i]));
    for (size_t i = 0; in_doubt && i < mesh->destination_count; i++)
        if (could_be(finding, mesh, mesh->destinations[i]))
            mark(finding, mesh, mesh->destinations[i], 0);
    for (size_t i = 0; !in_doubt && i < mesh->destination_count; i++)
        finding->pods[mesh->destinations[i] - finding->resolved->specs->destinations].open =
            admits_all(mesh);
}

const struct gateway_pods *gateway_pods_find(const struct resolved *resolved, struct arena *arena)
{
    const struct finding finding = {
        resolved, ARENA_NEW(arena, struct gateway_pods, resolved->specs->destination_count), arena
    };

    for (size_t i = 0; i < resolved->mesh_count; i++)
        mark_mesh(&finding, &resolved->meshes[i]);
    return finding.pods;
}

static const struct gateway_pods *pods_of(const struct resolved *resolved,
                                          const struct destination *destination)
{
    return &resolved->gateways[destination - resolved->specs->destinations];
}

enum gateway_access gateway_pods_access(const struct resolved *resolved,
                                        const struct destination *destination)
{
    const struct gateway_pods *pods = pods_of(resolved, destination);

    switch (pods->share) {
    case GATEWAY_SHARE_NONE:
        return GATEWAY_ACCESS_PLAIN;
    case GATEWAY_SHARE_SOME:
        return GATEWAY_ACCESS_REFUSED;
    case GATEWAY_SHARE_ALL:
        break;
    }
    if (pods->open)
        return GATEWAY_ACCESS_LEFT_OUT;
    return pods->in_doubt ? GATEWAY_ACCESS_RETAINED : GATEWAY_ACCESS_PASSTHROUGH;
}

struct port_list gateway_pods_open(const struct resolved *resolved,
                                   const struct destination *destination)
{
    const struct gateway_pods *pods = pods_of(resolved, destination);

    if (gateway_pods_access(resolved, destination) != GATEWAY_ACCESS_PASSTHROUGH)
        return (struct port_list){ 0 };
    return (struct port_list){ pods->ports, pods->port_count };
}

static bool is_written(enum gateway_access access)
{
    return access == GATEWAY_ACCESS_PLAIN || access == GATEWAY_ACCESS_PASSTHROUGH;
}

bool gateway_pods_opens_as(const struct resolved *resolved, const struct destination *destination,
                           const struct destination *other)
{
    const struct port_list own = gateway_pods_open(resolved, destination);
    const struct port_list wanted = gateway_pods_open(resolved, other);

    for (size_t i = 0; i < wanted.count; i++)
        if (!port_limit_has(own, wanted.items[i]))
            return false;
    return is_written(gateway_pods_access(resolved, destination));
}

static bool is_referenced(const struct access_policy *policy, const struct kube_service *service)
{
    for (size_t i = 0; i < policy->destination_count; i++)
        for (size_t k = 0; k < policy->destinations[i].service_count; k++)
            if (cluster_ref_equal(policy->destinations[i].services[k], service->ref))
                return true;
    return false;
}

bool gateway_pods_selects(const struct resolved *resolved, const struct access_policy *policy,
                          const struct destination *destination)
{
    const struct kube_service *service = destination->service;

    if (gateway_pods_access(resolved, destination) == GATEWAY_ACCESS_LEFT_OUT)
        return is_referenced(policy, service);
    return selector_match_any(policy->destinations, policy->destination_count, service);
}

void gateway_pods_check(const struct resolved *resolved, const struct destination *destination,
                        struct target_status *status, struct arena *arena)
{
    const struct cluster_ref service = destination->service->ref;

    switch (gateway_pods_access(resolved, destination)) {
    case GATEWAY_ACCESS_PLAIN:
    case GATEWAY_ACCESS_PASSTHROUGH:
        break;
    case GATEWAY_ACCESS_RETAINED:
        messages_add(&status->warnings, arena, W65_GATEWAY_PORT_UNKNOWN, service.namespace,
                     service.name, service.cluster);
        break;
    case GATEWAY_ACCESS_LEFT_OUT:
        messages_add(&status->errors, arena, A9_GATEWAY_OPEN, service.namespace, service.name,
                     service.cluster);
        break;
    case GATEWAY_ACCESS_REFUSED:
        messages_add(&status->errors, arena, A9_GATEWAY_PODS, service.namespace, service.name,
                     service.cluster);
        break;
    }
}

/* A matcher of clusters alone, or of nothing, means "all". */
static bool is_narrow(const struct service_matcher *matcher)
{
    return matcher->namespace_count || matcher->label_count;
}

void gateway_pods_warn(const struct resolved *resolved, const struct access_policy *policy,
                       const struct destination *destination, struct policy_status *status,
                       struct arena *arena)
{
    const struct kube_service *service = destination->service;

    if (gateway_pods_access(resolved, destination) != GATEWAY_ACCESS_LEFT_OUT)
        return;
    for (size_t i = 0; i < policy->destination_count; i++) {
        const struct destination_selector *selector = &policy->destinations[i];

        if (!selector->matcher || !is_narrow(selector->matcher)
            || !selector_match_destination(selector, service))
            continue;
        messages_add(&status->warnings, arena, W63_GATEWAY_LEFT_OUT, i, service->ref.namespace,
                     service->ref.name, service->ref.cluster);
        messages_place(&status->warnings, selector->matcher->place);
    }
}
