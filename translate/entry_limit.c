/* translate/entry_limit.c - how much one ServiceEntry can hold.  Counts, and renders nothing.
 *
 * The limits are those of the CRD of Istio since 1.22 (maxItems, maxProperties).  The last one is
 * etcd's for a request, 1.5 MiB (--max-request-bytes), less room for what the API server adds.  An
 * API server refuses an object beyond any of them, and with it the commit that holds it; cutting it
 * would take pods or ports away without a sign. */
#include "translate/entry_limit.h"

#include "translate/endpoint.h"
#include "translate/messages.h"
#include "translate/protocol.h"
#include <string.h>

enum {
    ADDRESSES_MAX = 256,
    PORTS_MAX = 256,
    ENDPOINTS_MAX = 4096,
    ENDPOINT_PORTS_MAX = 128,
    LABELS_MAX = 256,
    BYTES_MAX = 5 << 18,
    MEMBER_BYTES = 8,    /* quotes, colon, comma, and digits of a port */
    ENDPOINT_BYTES = 160 /* names of its fields, and its address */
};

/* The endpoints of one ServiceEntry. */
struct load {
    size_t endpoints, bytes;
    size_t labels; /* of the endpoint that has most */
};

/* times: the addresses that these labels are listed with. */
static void add_endpoint(struct load *load, struct labels labels, size_t times)
{
    size_t bytes = ENDPOINT_BYTES;

    for (size_t i = 0; i < labels.count; i++)
        bytes += strlen(labels.pairs[i].key) + strlen(labels.pairs[i].value) + MEMBER_BYTES;
    load->endpoints += times;
    load->bytes += times * bytes;
    load->labels = labels.count > load->labels ? labels.count : load->labels;
}

/* All that the Destination lists, as if no two were equal. */
static struct load count_listed(const struct kube_service *service, size_t times)
{
    struct load load = { 0 };

    for (size_t i = 0; i < service->subset_count; i++)
        for (size_t k = 0; k < service->subsets[i].endpoint_count; k++) {
            const struct endpoint *endpoint = &service->subsets[i].endpoints[k];

            add_endpoint(&load, (struct labels){ endpoint->labels, endpoint->label_count }, times);
        }
    load.labels++; /* the one that says that the pods accept TLS */
    return load;
}

static struct load count_pods(const struct kube_service *service, struct arena *arena)
{
    struct load load = { 0 };
    size_t count;
    const struct pod *pods = endpoint_pods(service, true, &count, arena);

    for (size_t i = 0; i < count; i++)
        add_endpoint(&load, pods[i].labels, 1);
    return load;
}

static struct load count_gateways(const struct resolved *resolved, const struct export *export,
                                  struct arena *arena)
{
    struct load load = { 0 };
    size_t count;
    const struct labels *sets =
        endpoint_label_sets(export->destination->service, resolved->templates, true, &count, arena);

    for (size_t i = 0; i < count; i++)
        add_endpoint(&load, sets[i], export->home->endpoint_count);
    return load;
}

static size_t count_ports(const struct kube_service *service, size_t *bytes, struct arena *arena)
{
    size_t count = 0;

    *bytes = 0;
    for (size_t i = 0; i < service->port_count; i++)
        if (protocol_is_tcp(&service->ports[i])) {
            *bytes += strlen(protocol_port_name(&service->ports[i], arena)) + MEMBER_BYTES;
            count++;
        }
    return count;
}

/* What of the load is too much, as a text such as "5000 endpoints, and Istio takes 4096 at most";
 * NULL: nothing. */
static const char *excess_of(struct load load, size_t port_bytes, struct arena *arena)
{
    const size_t bytes = load.bytes + load.endpoints * port_bytes;

    if (load.endpoints > ENDPOINTS_MAX)
        return arena_printf(arena, "%zu endpoints, and Istio takes %d at most", load.endpoints,
                            ENDPOINTS_MAX);
    if (load.labels > LABELS_MAX)
        return arena_printf(arena, "%zu labels at one endpoint, and Istio takes %d at most",
                            load.labels, LABELS_MAX);
    if (bytes > BYTES_MAX)
        return arena_printf(arena, "about %zu KiB, and an API server takes %d at most",
                            bytes / 1024, BYTES_MAX / 1024);
    return NULL;
}

static const char *find_excess(const struct resolved *resolved, const struct export *export,
                               struct arena *arena)
{
    const struct kube_service *service = export->destination->service;
    const bool flat = export->home->virtual_mesh->flat;
    const bool pods = flat || !endpoint_selects_pods(service, export->home->dialect);
    const size_t times = flat || !export->home->endpoint_count ? 1 : export->home->endpoint_count;
    size_t port_bytes;
    const size_t ports = count_ports(service, &port_bytes, arena);
    const char *excess = NULL;

    if (ports > ENDPOINT_PORTS_MAX)
        return arena_printf(arena, "%zu ports, and Istio takes %d at most", ports,
                            ENDPOINT_PORTS_MAX);
    if (service->selector_count > LABELS_MAX)
        return arena_printf(arena, "%zu labels in its selector, and Istio takes %d at most",
                            service->selector_count, LABELS_MAX);
    if (endpoint_has_pods(service) && !excess_of(count_listed(service, times), port_bytes, arena))
        return NULL; /* nearly always, so that no list is sorted here */
    if (pods)
        excess = excess_of(count_pods(service, arena), port_bytes, arena);
    if (!excess && !flat)
        excess = excess_of(count_gateways(resolved, export, arena), port_bytes, arena);
    return excess;
}

void entry_limit_check(const struct resolved *resolved, const struct export *export,
                       struct messages *errors, struct arena *arena)
{
    const char *excess = find_excess(resolved, export, arena);

    if (excess)
        messages_add(errors, arena, D11_TOO_LARGE, export->host, excess);
}

const char *entry_limit_external(const struct external_service *service, struct arena *arena)
{
    if (service->address_count > ADDRESSES_MAX)
        return arena_printf(arena, W14_TOO_MANY, service->address_count, "addresses",
                            ADDRESSES_MAX);
    if (service->port_count > PORTS_MAX)
        return arena_printf(arena, W14_TOO_MANY, service->port_count, "ports", PORTS_MAX);
    if (service->endpoint_count > ENDPOINTS_MAX)
        return arena_printf(arena, W14_TOO_MANY, service->endpoint_count, "endpoints",
                            ENDPOINTS_MAX);
    for (size_t i = 0; i < service->endpoint_count; i++)
        if (service->endpoints[i].port_count > ENDPOINT_PORTS_MAX)
            return arena_printf(arena, W14_TOO_MANY, service->endpoints[i].port_count,
                                "ports at one endpoint", ENDPOINT_PORTS_MAX);
    return NULL;
}
