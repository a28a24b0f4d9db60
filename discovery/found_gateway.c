/* discovery/found_gateway.c - which Services are east-west gateways.  Pure.
 * Three classes, of which a mesh uses the first that has any: (a) the label that Istio's own
 * multi-network setup gives, (b) the pod label of its east-west chart, (c) the ingress gateway with
 * a port named tls, which the profile "demo" and old installations have.  The port is found by
 * number: the Gateway API names ports after listeners.  The right to create a Service somewhere in
 * the cluster must not be the right to receive the traffic of other clusters, so only namespaces of
 * istiod and those that the configuration lists can have one. */
#include "discovery/found_gateway.h"

#define PORT_LABEL "networking.istio.io/gatewayPort"

static const char *const class_letters[] = {
    [GATEWAY_NONE] = "", [GATEWAY_NETWORK] = "a", [GATEWAY_EASTWEST] = "b", [GATEWAY_INGRESS] = "c"
};

static bool is_trusted(const struct scan *scan, const char *namespace)
{
    return control_planes_of(&scan->planes, namespace)
           || discovery_settings_has(&scan->settings->gateway_namespaces, namespace);
}

static bool has_port(const struct fact_service *service, uint32_t number)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (service->ports[i].port == number)
            return true;
    return false;
}

static uint32_t port_named(const struct fact_service *service, const char *name)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (text_equal(service->ports[i].name, name))
            return service->ports[i].port;
    return 0;
}

static uint32_t wanted_port(const struct fact_service *service)
{
    const char *text = read_pair(service->labels, service->label_count, PORT_LABEL);
    int64_t number = 0;

    return text && parse_int(text, 1, 65535, &number) ? (uint32_t)number : GATEWAY_PORT_DEFAULT;
}

/* As in Istio an empty label is none: it must not make a gateway of any Service. */
static const char *network_of(const struct fact_service *service)
{
    const char *network = read_pair(service->labels, service->label_count, NETWORK_LABEL);

    return network ? network : "";
}

/* The Gateway that Istio made this Service for; NULL: none, or Gateways were not read. */
static const struct fact_gateway *gateway_of(const struct scan *scan,
                                             const struct fact_service *service, const char *name)
{
    for (size_t i = 0; name && i < scan->facts->gateway_count; i++)
        if (text_equal(scan->facts->gateways[i].namespace, service->namespace)
            && text_equal(scan->facts->gateways[i].name, name))
            return &scan->facts->gateways[i];
    return NULL;
}

/* The value of "key=value" in a mark, in the arena; "": absent. */
static const char *mark_value(const char *mark, const char *key, struct arena *arena)
{
    const size_t len = strlen(key);

    while (mark && *mark) {
        const size_t word = strcspn(mark, " ");

        if (word > len && !strncmp(mark, key, len) && mark[len] == '=')
            return arena_bytes(arena, mark + len + 1, word - len - 1);
        mark += word + strspn(mark + word, " ");
    }
    return "";
}

/* What the last inventory says of a Service whose Gateway could not be read: without its listeners
 * an ordinary gateway would look like an east-west one. */
static struct gateway_candidate former_candidate(const struct scan *scan,
                                                 const struct destination *former)
{
    const char *mark = meta_annotation(&former->meta, ANNOTATION_GATEWAY);
    struct gateway_candidate out = { .class = GATEWAY_NETWORK,
                                     .network = mark_value(mark, "network", scan->arena) };
    int64_t port = 0;

    if (!parse_int(mark_value(mark, "port", scan->arena), 1, 65535, &port))
        return (struct gateway_candidate){ 0 };
    out.port = (uint32_t)port;
    return out;
}

/* Gateways of the Gateway API pass their labels on to the Service, so waypoints have the network
 * label, too: their listeners tell them apart. */
static struct gateway_candidate managed_candidate(const struct scan *scan,
                                                  const struct fact_service *service,
                                                  const char *class, const char *name)
{
    const struct destination *former =
        inventory_destination(scan->former, service->namespace, service->name);
    const struct fact_gateway *gateway = gateway_of(scan, service, name);
    struct gateway_candidate out = { .class = GATEWAY_NETWORK,
                                     .network = network_of(service),
                                     .port = wanted_port(service) };

    if (former && !facts_complete(scan->facts, FACT_GATEWAYS))
        return former_candidate(scan, former);
    if (!*out.network && gateway)
        out.network = gateway->network;
    if (text_equal(class, "istio-east-west") && !has_port(service, out.port))
        remark_add(scan->findings, REMARK_GATEWAY_HBONE, "Service",
                   scan_ref(service->name, service->namespace), class);
    if (text_equal(class, "istio-waypoint") || text_equal(class, "istio-east-west")
        || text_equal(class, "istio-remote"))
        return (struct gateway_candidate){ 0 };
    if (gateway && !gateway->port)
        return (struct gateway_candidate){ 0 };
    if (gateway)
        out.port = gateway->port;
    return (gateway || *out.network) && has_port(service, out.port)
               ? out
               : (struct gateway_candidate){ 0 };
}

static struct gateway_candidate plain_candidate(const struct scan *scan,
                                                const struct fact_service *service)
{
    const char *pods = read_pair(service->selector, service->selector_count, "istio");
    const uint32_t port = wanted_port(service);
    struct gateway_candidate out = { .network = network_of(service), .port = port };

    if (*out.network)
        out.class = GATEWAY_NETWORK;
    else if (text_equal(pods, "eastwestgateway"))
        out.class = GATEWAY_EASTWEST;
    if (out.class != GATEWAY_NONE && has_port(service, port))
        return out;
    if (out.class != GATEWAY_NONE)
        remark_add(scan->findings, REMARK_GATEWAY_NO_PORT, "Service",
                   scan_ref(service->name, service->namespace), (unsigned)port);
    out.port = port_named(service, "tls");
    out.class = text_equal(pods, "ingressgateway") && out.port ? GATEWAY_INGRESS : GATEWAY_NONE;
    return out;
}

static struct gateway_candidate candidate_of(const struct scan *scan,
                                             const struct fact_service *service)
{
    const char *name = read_pair(service->labels, service->label_count, GATEWAY_NAME_LABEL);
    const char *class = read_pair(service->labels, service->label_count, GATEWAY_CLASS_LABEL);
    struct gateway_candidate out = name || class ? managed_candidate(scan, service, class, name)
                                                 : plain_candidate(scan, service);

    out.trusted = is_trusted(scan, service->namespace);
    if ((out.class == GATEWAY_NETWORK || out.class == GATEWAY_EASTWEST) && !out.trusted
        && scan->planes.count)
        remark_add(scan->findings, REMARK_GATEWAY_NOT_TRUSTED, "Service",
                   scan_ref(service->name, service->namespace), service->namespace);
    return out;
}

const struct gateway_candidate *found_gateway_candidates(const struct scan *scan)
{
    struct gateway_candidate *out =
        ARENA_NEW(scan->arena, struct gateway_candidate, scan->facts->service_count);

    for (size_t i = 0; i < scan->facts->service_count; i++)
        out[i] = candidate_of(scan, &scan->facts->services[i]);
    return out;
}

bool found_gateway_namespace(const struct scan *scan, const char *namespace)
{
    return is_trusted(scan, namespace);
}

static const struct gateway_candidate *candidate(const struct scan *scan,
                                                 const struct fact_service *fact)
{
    return &scan->candidates[fact - scan->facts->services];
}

/* A Service that selects no pods, or that nothing outside can reach by its type, is no gateway
 * whatever its labels say. */
static bool can_serve(const struct kube_service *service)
{
    return service->selector_count
           && (service->type != SERVICE_CLUSTER_IP || service->address_count);
}

/* Whether the destination can be a gateway of the mesh of this name. */
static bool is_gateway(const struct destination *destination,
                       const struct gateway_candidate *candidate, const char *mesh)
{
    return candidate->class != GATEWAY_NONE && candidate->trusted && destination->has_mesh
           && can_serve(destination->service) && text_equal(destination->mesh.name, mesh);
}

static void mark(struct destination *destination, const struct gateway_candidate *candidate,
                 struct arena *arena)
{
    const char *network =
        *candidate->network ? arena_printf(arena, "network=%s ", candidate->network) : "";

    inventory_annotate(&destination->meta, ANNOTATION_GATEWAY,
                       arena_printf(arena, "port=%u %sclass=%s", candidate->port, network,
                                    class_letters[candidate->class]),
                       arena);
}

static void mark_mesh(struct destination *destinations, const struct fact_service *const *facts,
                      size_t count, const struct control_plane *plane, const struct scan *scan)
{
    enum gateway_class best = GATEWAY_NONE;

    for (size_t i = 0; i < count; i++) {
        const struct gateway_candidate *one = candidate(scan, facts[i]);

        if (is_gateway(&destinations[i], one, plane->mesh)
            && (best == GATEWAY_NONE || one->class < best))
            best = one->class;
    }
    for (size_t i = 0; i < count && best != GATEWAY_NONE; i++)
        if (is_gateway(&destinations[i], candidate(scan, facts[i]), plane->mesh)
            && candidate(scan, facts[i])->class == best)
            mark(&destinations[i], candidate(scan, facts[i]), scan->arena);
    if (best == GATEWAY_NONE)
        remark_add(scan->findings, REMARK_NO_GATEWAY, "Mesh",
                   scan_ref(plane->mesh, scan->pod_namespace), plane->namespace);
}

void found_gateway_mark(struct destination *destinations, const struct fact_service *const *facts,
                        size_t count, const struct scan *scan)
{
    for (size_t i = 0; i < scan->planes.count; i++)
        mark_mesh(destinations, facts, count, &scan->planes.items[i], scan);
}
