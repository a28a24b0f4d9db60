/* discovery/missing.c - what the last inventory has and this read does not.  Pure.
 * An object goes when two complete reads, a grace period apart, lack it: a Deployment that is
 * replaced, or a Service that a chart deletes and creates again, must not take its exports away
 * from all clusters.  What people decided (exclude, consent, exportTo) takes effect at once. */
#include "discovery/missing.h"

#include <stdlib.h>

static const char *stays(const struct scan *scan)
{
    return arena_printf(scan->arena, "it stays until it has been away for %lld minutes",
                        (long long)(scan->settings->grace_deleted / 60));
}

static int by_service(const void *a, const void *b)
{
    const struct found_service *left = a, *right = b;
    int order = strcmp(left->fact->namespace, right->fact->namespace);

    return order ? order : strcmp(left->fact->name, right->fact->name);
}

/* The reasons that may be gone in the next read. */
static bool may_return(const struct found_service *found)
{
    return !found || found->reason == LEFT_OUT_DELETED || found->reason == LEFT_OUT_NO_WORKLOAD;
}

static const struct found_service *find(const struct found_service *found, size_t count,
                                        struct cluster_ref ref)
{
    const struct fact_service fact = { .namespace = ref.namespace, .name = ref.name };
    const struct found_service wanted = { .fact = &fact };

    return count ? bsearch(&wanted, found, count, sizeof wanted, by_service) : NULL;
}

/* Where weft may not look nothing is known to be absent. */
static bool is_gone(const struct scan *scan, struct damping *damping, const char *key,
                    const char *namespace)
{
    return discovery_settings_reads(scan->settings, namespace)
           && damping_lapsed(damping, key, scan->settings->grace_deleted);
}

void missing_destinations(struct inventory *out, const struct scan *scan,
                          const struct found_service *found, size_t count, struct damping *damping)
{
    for (size_t i = 0; i < scan->former->destination_count; i++) {
        const struct destination *former = &scan->former->destinations[i];
        const struct cluster_ref ref = former->service->ref;
        const struct found_service *now = find(found, count, ref);
        const char *key = arena_printf(scan->arena, "Destination/%s/%s", ref.namespace, ref.name);

        if ((now && now->reason == LEFT_OUT_NOT) || !may_return(now)
            || is_gone(scan, damping, key, ref.namespace))
            continue;
        *ARENA_PUSH(scan->arena, out->destinations, out->destination_count) = *former;
        remark_add(scan->findings, REMARK_OBJECT_KEPT, "Service", scan_ref(ref.name, ref.namespace),
                   stays(scan));
    }
}

static bool has_workload(const struct facts *facts, const struct workload *former)
{
    size_t count;
    const struct fact_workload *all =
        facts_workloads_in(facts, former->controller.namespace, &count);

    for (size_t i = 0; i < count; i++)
        if (text_equal(all[i].name, former->controller.name)
            && text_ends(former->meta.name, enums_name(&workload_kinds, (int)all[i].kind)))
            return true;
    return false;
}

/* No finding for each: Workloads come and go with every release, and nothing is routed by them. */
void missing_workloads(struct inventory *out, const struct scan *scan, struct damping *damping)
{
    for (size_t i = 0; i < scan->former->workload_count; i++) {
        const struct workload *former = &scan->former->workloads[i];
        const char *key = arena_printf(scan->arena, "Workload/%s/%s", former->controller.namespace,
                                       former->meta.name);

        if (!has_workload(scan->facts, former)
            && !is_gone(scan, damping, key, former->controller.namespace))
            *ARENA_PUSH(scan->arena, out->workloads, out->workload_count) = *former;
    }
}

void missing_meshes(struct inventory *out, const struct scan *scan, struct damping *damping)
{
    for (size_t i = 0; i < scan->former->mesh_count; i++) {
        const struct mesh *former = &scan->former->meshes[i];
        const char *key = arena_printf(scan->arena, "Mesh/%s", former->namespace);

        if (inventory_mesh(out, former->namespace)
            || is_gone(scan, damping, key, former->namespace))
            continue;
        *ARENA_PUSH(scan->arena, out->meshes, out->mesh_count) = *former;
        remark_add(scan->findings, REMARK_OBJECT_KEPT, "Mesh",
                   scan_ref(former->meta.name, former->meta.namespace), stays(scan));
    }
}

/* A new address takes the place of one that is gone. */
static size_t new_addresses(const struct kube_service *now, const struct kube_service *former)
{
    size_t count = 0;

    for (size_t i = 0; i < now->address_count; i++)
        count += !text_listed(former->addresses, former->address_count, now->addresses[i]);
    return count;
}

static bool address_stays(const struct scan *scan, const struct kube_service *service,
                          const char *address, bool last, struct damping *damping)
{
    const struct cluster_ref ref = service->ref;
    const char *key =
        arena_printf(scan->arena, "address/%s/%s/%s", ref.namespace, ref.name, address);
    const bool lapsed = damping_lapsed(damping, key, scan->settings->grace_address);

    if (lapsed && !last)
        return false;
    remark_add(scan->findings, REMARK_ADDRESS_KEPT, "Service", scan_ref(ref.name, ref.namespace),
               address,
               last ? "stays because it is the last one; write clusters[].gatewayAddresses, or "
                      "delete the Service"
                    : "stays for a while");
    return true;
}

/* The last address of a gateway never goes by time alone: without one every other cluster loses
 * every Service behind it, and a load balancer that is being replaced looks exactly like that, as
 * do nodes that are all cordoned, or the only pod of a gateway with externalTrafficPolicy Local
 * while it restarts.  While nodes are left, node_address_choose says which ones count. */
void missing_addresses(struct destination *destination, const struct scan *scan,
                       struct damping *damping)
{
    struct kube_service *service = UNCONST(destination->service);
    const struct destination *former =
        inventory_destination(scan->former, service->ref.namespace, service->ref.name);
    const char **addresses = UNCONST(service->addresses);
    const bool last = service->address_count == 0;
    size_t replaced;

    if (!former || !meta_annotation(&destination->meta, ANNOTATION_GATEWAY)
        || (service->type == SERVICE_NODE_PORT && !last))
        return;
    replaced = new_addresses(service, former->service);
    for (size_t i = 0; i < former->service->address_count; i++) {
        const char *address = former->service->addresses[i];

        if (text_listed(addresses, service->address_count, address))
            continue;
        if (replaced) {
            replaced--;
            continue;
        }
        if (address_stays(scan, service, address, last, damping))
            *ARENA_PUSH(scan->arena, addresses, service->address_count) = address;
        service->addresses = addresses;
    }
}
