/* translate/likely_gateway.c - which Service is meant as the gateway when none is selected. */
#include "translate/likely_gateway.h"
#include "api/selector_match.h"
#include "base/text.h"

/* What Istio's gen-eastwest-gateway.sh and its chart for gateways make. */
static const struct pair eastwest_label = { "istio", "eastwestgateway" };
enum { EASTWEST_PORT = 15443 };

/* A Service without a name for its port cannot be selected by one. */
static const struct service_port *passthrough_port(const struct kube_service *service)
{
    const struct service_port *named = NULL;

    for (size_t i = 0; i < service->port_count; i++) {
        const struct service_port *port = &service->ports[i];

        if (text_empty(port->name))
            continue;
        if (port->port == EASTWEST_PORT)
            return port;
        if (text_equal(port->name, "tls"))
            named = port;
    }
    return named;
}

static bool is_labelled(const struct kube_service *service)
{
    return selector_match_labels(&eastwest_label, 1, service->selector, service->selector_count);
}

/* The label says more than the number of a port, and that more than a port's name. */
static int likelihood(const struct kube_service *service, const struct service_port *port)
{
    return is_labelled(service) ? 3 : port->port == EASTWEST_PORT ? 2 : 1;
}

const struct destination *likely_gateway_find(const struct resolved_mesh *mesh,
                                              const struct service_port **port)
{
    const struct destination *best = NULL;
    int most = 0;

    for (size_t i = 0; i < mesh->destination_count; i++) {
        const struct kube_service *service = mesh->destinations[i]->service;
        const struct service_port *found;

        if (!service || service->type == SERVICE_EXTERNAL_NAME)
            continue;
        found = passthrough_port(service);
        if (!found || likelihood(service, found) <= most)
            continue;
        best = mesh->destinations[i];
        *port = found;
        most = likelihood(service, found);
    }
    return best;
}
