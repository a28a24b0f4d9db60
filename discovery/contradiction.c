/* discovery/contradiction.c - the specs beside the cluster, field by field.  Pure.
 * Only what a request or an identity depends on is compared.  Labels, addresses and versions are
 * what people write into the specs because they want them otherwise, and so is the account of
 * istiod, which the inventory never changes (I24). */
#include "discovery/contradiction.h"

#include "api/destination.h"
#include "discovery/remark.h"

struct difference {
    struct findings *findings;
    enum remark remark;
    const char *kind;
    const struct meta *own;
    const char *cluster;
    const char *field;
};

static void remark(const struct difference *of, const char *own, const char *found)
{
    remark_add(of->findings, of->remark, of->kind,
               (struct object_ref){ of->own->name, of->own->namespace }, own, of->cluster, found);
    remark_place(of->findings, of->own->place, of->field);
}

static void compare_texts(const struct difference *of, const char *own, const char *found)
{
    if (!text_empty(own) && !text_empty(found) && !text_equal(own, found))
        remark(of, own, found);
}

void contradiction_mesh(struct findings *findings, const struct mesh *own, const struct mesh *found)
{
    const struct difference domain = { findings,     REMARK_SPECS_TRUST_DOMAIN, "Mesh", &own->meta,
                                       own->cluster, "spec.istio.trustDomain" };

    compare_texts(&domain, own->trust_domain, found->trust_domain);
}

static const char *labels_text(const struct pair *labels, size_t count, struct arena *arena)
{
    const char *text = "";

    for (size_t i = 0; i < count; i++)
        text = arena_printf(arena, "%s%s%s=%s", text, i ? "," : "", labels[i].key, labels[i].value);
    return *text ? text : "none";
}

static bool has_label(const struct pair *labels, size_t count, const struct pair *label)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(labels[i].key, label->key))
            return text_equal(labels[i].value, label->value);
    return false;
}

static bool equal_selectors(const struct kube_service *a, const struct kube_service *b)
{
    for (size_t i = 0; i < a->selector_count; i++)
        if (!has_label(b->selector, b->selector_count, &a->selector[i]))
            return false;
    return a->selector_count == b->selector_count;
}

static const struct service_port *port_of(const struct kube_service *service, uint32_t number)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (service->ports[i].port == number)
            return &service->ports[i];
    return NULL;
}

/* Where requests to a port end: a number, when it is known. A target port by name may lead
 * anywhere, so two ports of which one has a name are not called different. */
static uint32_t target_of(const struct service_port *port)
{
    if (port->target_number)
        return port->target_number;
    return text_empty(port->target_name) ? port->port : 0;
}

static const char *port_text(const struct service_port *port, struct arena *arena)
{
    const uint32_t target = target_of(port);

    return target ? arena_printf(arena, "%u/%s to container port %u", port->port, port->protocol,
                                 target)
                  : arena_printf(arena, "%u/%s to container port %s", port->port, port->protocol,
                                 port->target_name);
}

static const char *ports_text(const struct kube_service *service, struct arena *arena)
{
    const char *text = "";

    for (size_t i = 0; i < service->port_count; i++)
        text = arena_printf(arena, "%s%s%u", text, i ? ", " : "", service->ports[i].port);
    return *text ? arena_printf(arena, "only %s", text) : "none";
}

static bool equal_ports(const struct service_port *a, const struct service_port *b)
{
    const uint32_t one = target_of(a), other = target_of(b);

    return text_equal(a->protocol, b->protocol) && (!one || !other || one == other);
}

static void compare_ports(const struct difference *of, const struct kube_service *own,
                          const struct kube_service *found)
{
    struct arena *arena = of->findings->arena;

    for (size_t i = 0; i < own->port_count; i++) {
        const struct service_port *port = port_of(found, own->ports[i].port);

        if (!port)
            remark(of, arena_printf(arena, "%u", own->ports[i].port), ports_text(found, arena));
        else if (!equal_ports(&own->ports[i], port))
            remark(of, port_text(&own->ports[i], arena), port_text(port, arena));
    }
}

void contradiction_destination(struct findings *findings, const struct destination *own,
                               const struct destination *found)
{
    const char *cluster = found->service->ref.cluster;
    const struct difference ports = { findings,   REMARK_SPECS_PORT, "Destination",
                                      &own->meta, cluster,           "spec.kubeService.ports" };
    const struct difference selector = { findings,      REMARK_SPECS_SELECTOR,
                                         "Destination", &own->meta,
                                         cluster,       "spec.kubeService.workloadSelectorLabels" };

    compare_ports(&ports, own->service, found->service);
    if (!equal_selectors(own->service, found->service))
        remark(
            &selector,
            labels_text(own->service->selector, own->service->selector_count, findings->arena),
            labels_text(found->service->selector, found->service->selector_count, findings->arena));
}

void contradiction_workload(struct findings *findings, const struct workload *own,
                            const struct workload *found)
{
    const struct difference account = {
        findings,   REMARK_SPECS_ACCOUNT,    "Workload",
        &own->meta, own->controller.cluster, "spec.kubernetes.serviceAccountName"
    };

    compare_texts(&account, own->service_account, found->service_account);
}
