/* discovery/external_address.c - where a Service is reached from outside of its cluster.  Pure.
 * Host names of load balancers are never resolved here: what is behind them moves, and clients
 * resolve them.  An address that other clusters cannot reach is left out: a user who may write the
 * status or externalIPs of a Service must not make clusters send traffic to themselves (loopback,
 * link-local). */
#include "discovery/external_address.h"

#include "api/value.h"
#include "discovery/node_address.h"
#include <stdlib.h>

struct addresses {
    const char **items;
    size_t count, sorted; /* the first ones are in their final order */
};

/* IPv4, IPv6, names: an order of our own, since that of a status changes from one update to the
 * next. */
static int family(const char *address)
{
    if (!value_is_ip_address(address))
        return 2;
    return strchr(address, ':') ? 1 : 0;
}

static int by_family(const void *a, const void *b)
{
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;
    int order = family(left) - family(right);

    return order ? order : strcmp(left, right);
}

static bool has(const struct addresses *addresses, const char *address)
{
    return text_listed(addresses->items, addresses->count, address);
}

static void add(struct addresses *out, const char *address, const struct scan *scan,
                const struct fact_service *service)
{
    if (has(out, address))
        return;
    if (value_is_reachable(address))
        *ARENA_PUSH(scan->arena, out->items, out->count) = address;
    else
        remark_add(scan->findings, REMARK_ADDRESS_REFUSED, "Service",
                   scan_ref(service->name, service->namespace), address);
}

/* What was added since the last call, in order. */
static void sort_new(struct addresses *out)
{
    if (out->count > out->sorted)
        qsort(out->items + out->sorted, out->count - out->sorted, sizeof *out->items, by_family);
    out->sorted = out->count;
}

static bool is_broken(const struct fact_ingress *entry, uint32_t port)
{
    for (size_t i = 0; i < entry->broken_count; i++)
        if (entry->broken[i] == port)
            return true;
    return false;
}

static void add_load_balancer(struct addresses *out, const struct scan *scan,
                              const struct fact_service *service, uint32_t port)
{
    for (size_t i = 0; i < service->ingress_count; i++)
        if (!port || !is_broken(&service->ingress[i], port))
            add(out, service->ingress[i].address, scan, service);
}

/* Only of gateways: the nodes do not matter to other Services, and change. */
static void add_nodes(struct addresses *out, const struct scan *scan,
                      const struct fact_service *service, const struct gateway_candidate *gateway,
                      const struct kube_service *former)
{
    const bool read = facts_complete(scan->facts, FACT_NODES)
                      && (!service->local || facts_complete(scan->facts, FACT_ENDPOINT_SLICES));
    const char *const *addresses = former ? former->addresses : NULL;
    size_t count = former ? former->address_count : 0;

    if (gateway->class == GATEWAY_NONE && !*service->node_selector)
        return;
    if (read)
        addresses = node_address_choose(scan, service, addresses, count, &count);
    for (size_t i = 0; i < count; i++)
        add(out, addresses[i], scan, service);
}

/* Istio refuses an entry with host names and IPv6 addresses; names reach either family. */
static void drop_mixed(struct addresses *out, const struct scan *scan,
                       const struct fact_service *service)
{
    bool names = false, six = false;
    size_t kept = 0;

    for (size_t i = 0; i < out->count; i++) {
        names |= family(out->items[i]) == 2;
        six |= family(out->items[i]) == 1;
    }
    if (!names || !six)
        return;
    for (size_t i = 0; i < out->count; i++)
        if (family(out->items[i]) != 1)
            out->items[kept++] = out->items[i];
    out->count = kept;
    remark_add(scan->findings, REMARK_ADDRESS_MIXED, "Service",
               scan_ref(service->name, service->namespace));
}

static void remark_missing(const struct scan *scan, const struct fact_service *service)
{
    static const char *const why[] = {
        [SERVICE_CLUSTER_IP] = "a Service of type ClusterIP has none but its externalIPs; give it "
                               "another type",
        [SERVICE_NODE_PORT] =
            "no node that is ready has an ExternalIP; set "
            "clusters[].nodeAddresses to InternalIP where nodes reach each other, "
            "or write clusters[].gatewayAddresses",
        [SERVICE_LOAD_BALANCER] = "no load balancer has been assigned to it yet; where none is "
                                  "provided, write clusters[].gatewayAddresses",
        [SERVICE_EXTERNAL_NAME] = "give it another type",
    };

    const bool blind =
        service->type == SERVICE_NODE_PORT && !facts_complete(scan->facts, FACT_NODES);

    remark_add(scan->findings, REMARK_GATEWAY_NO_ADDRESS, "Service",
               scan_ref(service->name, service->namespace),
               blind ? "its nodes have them, and the list of nodes could not be read"
                     : why[service->type]);
}

/* What the configuration gives wins over everything that the cluster says of itself, and is
 * complete: it is how an operator corrects a wrong status. */
const char *const *external_address_all(const struct scan *scan, const struct fact_service *service,
                                        const struct gateway_candidate *gateway,
                                        const struct kube_service *former, size_t *count)
{
    const struct given_addresses *given =
        discovery_settings_addresses(scan->settings, service->namespace, service->name);
    const uint32_t port = gateway->class == GATEWAY_NONE ? 0 : gateway->port;
    struct addresses out = { 0 };

    for (size_t i = 0; given && i < given->count; i++)
        add(&out, given->addresses[i], scan, service);
    for (size_t i = 0; !given && i < service->external_ip_count; i++)
        add(&out, service->external_ips[i], scan, service);
    sort_new(&out);
    if (!given && service->type == SERVICE_LOAD_BALANCER)
        add_load_balancer(&out, scan, service, port);
    else if (!given && service->type == SERVICE_NODE_PORT)
        add_nodes(&out, scan, service, gateway, former);
    sort_new(&out);
    drop_mixed(&out, scan, service);
    if (!out.count && gateway->class != GATEWAY_NONE && gateway->trusted)
        remark_missing(scan, service);
    *count = out.count;
    return out.items;
}
