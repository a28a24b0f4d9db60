/* discovery/pod_addresses.c - when the inventory has addresses of pods.  Pure.
 * Each change of them is a commit, and a rollout of a large Deployment is hundreds.  A request to
 * an address that is gone fails, so that cannot wait; one more pod can. */
#include "discovery/pod_addresses.h"

static bool is_of_cluster(const struct specs *specs, const struct inventory *former,
                          const char *name, const char *cluster)
{
    for (size_t i = 0; i < specs->mesh_count; i++)
        if (text_equal(specs->meshes[i].meta.name, name)
            && text_equal(specs->meshes[i].cluster, cluster))
            return true;
    for (size_t i = 0; i < former->mesh_count; i++)
        if (text_equal(former->meshes[i].meta.name, name))
            return true;
    return false;
}

bool pod_addresses_wanted(const struct specs *specs, const struct inventory *former,
                          const char *cluster)
{
    for (size_t i = 0; i < specs->virtual_mesh_count; i++) {
        const struct virtual_mesh *virtual_mesh = &specs->virtual_meshes[i];

        if (!virtual_mesh->federation.flat_network)
            continue;
        for (size_t k = 0; k < virtual_mesh->mesh_count; k++)
            if (is_of_cluster(specs, former, virtual_mesh->meshes[k].name, cluster))
                return true;
    }
    return false;
}

static bool same_ports(const struct endpoint_subset *a, const struct endpoint_subset *b)
{
    bool same = a->port_count == b->port_count;

    for (size_t i = 0; same && i < a->port_count; i++)
        same =
            a->ports[i].port == b->ports[i].port && text_equal(a->ports[i].name, b->ports[i].name);
    return same;
}

static bool same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
    bool same = text_equal(a->address, b->address) && text_equal(a->zone, b->zone)
                && text_equal(a->sub_zone, b->sub_zone) && a->label_count == b->label_count;

    for (size_t i = 0; same && i < a->label_count; i++)
        same = text_equal(a->labels[i].key, b->labels[i].key)
               && text_equal(a->labels[i].value, b->labels[i].value);
    return same;
}

/* Both are sorted by address. */
static bool has_all(const struct endpoint_subset *now, const struct endpoint_subset *former)
{
    size_t at = 0;

    for (size_t i = 0; i < former->endpoint_count; i++) {
        while (at < now->endpoint_count
               && strcmp(now->endpoints[at].address, former->endpoints[i].address) < 0)
            at++;
        if (at == now->endpoint_count || !same_endpoint(&now->endpoints[at], &former->endpoints[i]))
            return false;
    }
    return true;
}

static size_t address_count(const struct kube_service *service)
{
    size_t count = 0;

    for (size_t i = 0; i < service->subset_count; i++)
        count += service->subsets[i].endpoint_count;
    return count;
}

/* Whether now has every endpoint of former as it was, and more. A changed zone or label of an
 * endpoint is no mere addition, and takes effect at once. */
static bool only_adds(const struct kube_service *now, const struct kube_service *former)
{
    for (size_t i = 0; i < former->subset_count; i++) {
        size_t k = 0;

        while (k < now->subset_count && !same_ports(&now->subsets[k], &former->subsets[i]))
            k++;
        if (k == now->subset_count || !has_all(&now->subsets[k], &former->subsets[i]))
            return false;
    }
    return address_count(now) > address_count(former);
}

void pod_addresses_settle(struct destination *destination, const struct scan *scan,
                          struct damping *damping)
{
    struct kube_service *service = UNCONST(destination->service);
    const struct cluster_ref ref = service->ref;
    const struct destination *former = inventory_destination(scan->former, ref.namespace, ref.name);

    if (!former || !former->service->subset_count || !only_adds(service, former->service)
        || !scan->settings->pod_interval
        || damping_lapsed(damping, arena_printf(scan->arena, "pods/%s/%s", ref.namespace, ref.name),
                          scan->settings->pod_interval))
        return;
    service->subsets = former->service->subsets;
    service->subset_count = former->service->subset_count;
}
