/* translate/root_namespace.c - which pods a policy in Istio's root namespace reaches beyond those
 * of its own Service.  Writes no policy.
 *
 * istiod applies an AuthorizationPolicy of the root namespace to the pods of all namespaces that
 * its selector matches.  A policy for a Service there would so admit its callers to pods of other
 * Services with the same labels, and close these to everyone else.  The pods of a cluster are known
 * by three signs: the selector of a Service (if it contains all labels of ours, all of its pods
 * match), the labels of its endpoints, and the labels of Workloads.  Pods that the same
 * AccessPolicy selects through a Service of their own get the same rules anyway.
 *
 * Every mesh has such policies for its gateways, so what is in a cluster is gathered once for all
 * of them; it is in the order of the specs, since the first namespace that is found is named. */
#include "translate/root_namespace.h"
#include "api/selector_match.h"

#include "translate/gateway_pods.h"
#include "translate/messages.h"
#include "translate/resolved_mesh.h"

/* What the specs have in one cluster. */
struct residents {
    const struct destination **destinations; /* of Services */
    const struct workload **workloads;
    size_t destination_count, workload_count;
};

static struct residents *residents_of(struct map *by_cluster, const char *cluster,
                                      struct arena *arena)
{
    struct residents *residents = map_find(by_cluster, cluster);

    if (residents)
        return residents;
    residents = ARENA_NEW(arena, struct residents, 1);
    map_put(by_cluster, cluster, residents);
    return residents;
}

/* Counted first, so that arrays of all objects have no spare room. */
static void count_residents(struct map *by_cluster, const struct specs *specs, struct arena *arena)
{
    for (size_t i = 0; i < specs->destination_count; i++)
        if (specs->destinations[i].service)
            residents_of(by_cluster, specs->destinations[i].service->ref.cluster, arena)
                ->destination_count++;
    for (size_t i = 0; i < specs->workload_count; i++)
        residents_of(by_cluster, specs->workloads[i].controller.cluster, arena)->workload_count++;
}

static void add_destination(struct residents *in, const struct destination *destination,
                            struct arena *arena)
{
    if (!in->destinations) {
        in->destinations = ARENA_NEW(arena, const struct destination *, in->destination_count);
        in->destination_count = 0;
    }
    in->destinations[in->destination_count++] = destination;
}

static void add_workload(struct residents *in, const struct workload *workload, struct arena *arena)
{
    if (!in->workloads) {
        in->workloads = ARENA_NEW(arena, const struct workload *, in->workload_count);
        in->workload_count = 0;
    }
    in->workloads[in->workload_count++] = workload;
}

void root_namespace_index(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;

    resolved->residents = map_new(arena);
    count_residents(resolved->residents, specs, arena);
    for (size_t i = 0; i < specs->destination_count; i++) {
        const struct kube_service *service = specs->destinations[i].service;

        if (service)
            add_destination(map_find(resolved->residents, service->ref.cluster),
                            &specs->destinations[i], arena);
    }
    for (size_t i = 0; i < specs->workload_count; i++)
        add_workload(map_find(resolved->residents, specs->workloads[i].controller.cluster),
                     &specs->workloads[i], arena);
}

static bool is_root(const struct resolved *resolved, struct cluster_ref service)
{
    for (size_t i = 0; i < resolved->mesh_count; i++) {
        const struct resolved_mesh *mesh = &resolved->meshes[i];

        if (mesh->spec->istio && text_equal(mesh->cluster, service.cluster)
            && text_equal(mesh->root_namespace, service.namespace))
            return true;
    }
    return false;
}

/* Of two in one cluster. */
static bool is_elsewhere(const struct kube_service *service, struct cluster_ref other)
{
    return !text_equal(other.namespace, service->ref.namespace);
}

static bool reaches(const struct kube_service *service, const struct pair *labels, size_t count)
{
    return selector_match_labels(service->selector, service->selector_count, labels, count);
}

static bool reaches_service(const struct kube_service *service, const struct kube_service *other)
{
    if (other->selector_count && reaches(service, other->selector, other->selector_count))
        return true;
    for (size_t i = 0; i < other->subset_count; i++)
        for (size_t k = 0; k < other->subsets[i].endpoint_count; k++)
            if (reaches(service, other->subsets[i].endpoints[k].labels,
                        other->subsets[i].endpoints[k].label_count))
                return true;
    return false;
}

/* Whose pods the policy is meant for: of Services that the AccessPolicy selects, or of the gateways
 * of a mesh. */
struct meant {
    const struct resolved *resolved;
    const struct access_policy *policy;    /* NULL: gateways */
    const struct destination *destination; /* whose policy it is, with policy */
    const struct resolved_mesh *mesh;
};

static bool is_meant(const struct meant *meant, const struct destination *destination)
{
    const struct access_policy *policy = meant->policy;
    const struct kube_service *service = destination->service;

    if (policy)
        return service->selector_count
               && gateway_pods_opens_as(meant->resolved, destination, meant->destination)
               && selector_match_any(policy->destinations, policy->destination_count, service);
    for (size_t i = 0; i < meant->mesh->gateway_count; i++)
        if (meant->mesh->gateways[i].destination == destination)
            return true;
    return false;
}

/* A Service of the Workload's pods is meant, too. */
static bool workload_is_meant(const struct residents *in, const struct meant *meant,
                              const struct workload *workload)
{
    for (size_t i = 0; i < in->destination_count; i++) {
        const struct destination *destination = in->destinations[i];
        const struct kube_service *service = destination->service;

        if (resolved_mesh_of(meant->resolved, destination)
            && text_equal(service->ref.namespace, workload->controller.namespace)
            && service->selector_count
            && reaches(service, workload->pod_labels, workload->pod_label_count)
            && is_meant(meant, destination))
            return true;
    }
    return false;
}

static const char *find_spill(const struct resolved *resolved, const struct kube_service *service,
                              const struct meant *meant)
{
    const struct residents *in = map_find(resolved->residents, service->ref.cluster);

    for (size_t i = 0; i < in->destination_count; i++) {
        const struct destination *destination = in->destinations[i];
        const struct kube_service *other = destination->service;

        if (is_elsewhere(service, other->ref) && reaches_service(service, other)
            && !(resolved_mesh_of(resolved, destination) && is_meant(meant, destination)))
            return other->ref.namespace;
    }
    for (size_t i = 0; i < in->workload_count; i++) {
        const struct workload *workload = in->workloads[i];

        if (is_elsewhere(service, workload->controller)
            && reaches(service, workload->pod_labels, workload->pod_label_count)
            && !workload_is_meant(in, meant, workload))
            return workload->controller.namespace;
    }
    return NULL;
}

const char *root_namespace_spill(const struct resolved *resolved,
                                 const struct policy_target *target,
                                 const struct access_policy *policy)
{
    const struct kube_service *service = target->destination->service;

    if (!service->selector_count || !is_root(resolved, service->ref))
        return NULL;
    return find_spill(resolved, service,
                      &(struct meant){ .resolved = resolved,
                                       .policy = policy,
                                       .destination = target->destination });
}

void root_namespace_warn(const struct resolved *resolved, const struct resolved_mesh *mesh,
                         struct arena *arena)
{
    for (size_t i = 0; i < mesh->gateway_count; i++) {
        const struct kube_service *service = mesh->gateways[i].destination->service;
        const char *spill =
            find_spill(resolved, service, &(struct meant){ .resolved = resolved, .mesh = mesh });

        if (spill)
            messages_add(&mesh->status->warnings, arena, W57_GATEWAY_PODS, service->ref.namespace,
                         service->ref.name, spill);
    }
}
