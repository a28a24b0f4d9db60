/* discovery/list_choice.c - which further lists to ask for.  Pure.
 * Must never be narrower than what found_gateway, external_address and target_port look up; wider
 * costs a request, and a right that nothing needs. */
#include "discovery/list_choice.h"

static bool is_managed(const struct fact_service *service)
{
    return read_pair(service->labels, service->label_count, GATEWAY_NAME_LABEL)
           || read_pair(service->labels, service->label_count, GATEWAY_CLASS_LABEL);
}

static bool may_be_gateway(const struct fact_service *service)
{
    const char *pods = read_pair(service->selector, service->selector_count, "istio");

    return is_managed(service) || read_pair(service->labels, service->label_count, NETWORK_LABEL)
           || text_equal(pods, "eastwestgateway") || text_equal(pods, "ingressgateway");
}

static bool needs_nodes(const struct fact_service *service)
{
    return service->type == SERVICE_NODE_PORT
           && (*service->node_selector || may_be_gateway(service));
}

static bool needs_slices(const struct fact_service *service)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (service->ports[i].target_name)
            return true;
    return service->local && needs_nodes(service);
}

static bool any(const struct facts *facts, bool (*needs)(const struct fact_service *service))
{
    for (size_t i = 0; i < facts->service_count; i++)
        if (needs(&facts->services[i]))
            return true;
    return false;
}

/* Namespaces, Services and workloads are always read, so they answer false here. */
bool list_choice_needs(const struct facts *facts, const struct discovery_settings *settings,
                       enum fact_list list)
{
    switch (list) {
    case FACT_ENDPOINT_SLICES:
        return settings->pod_addresses || any(facts, needs_slices);
    case FACT_NODES:
        return settings->pod_addresses || any(facts, needs_nodes);
    case FACT_GATEWAYS:
        return any(facts, is_managed);
    case FACT_SERVICE_EXPORTS:
        return settings->exports != EXPORTS_OFF;
    case FACT_NAMESPACES:
    case FACT_WEBHOOKS:
    case FACT_SERVICES:
    case FACT_DEPLOYMENTS:
    case FACT_DAEMON_SETS:
    case FACT_STATEFUL_SETS:
    case FACT_CONFIG_MAPS:
    case FACT_LIST_COUNT:
        break;
    }
    return false;
}
