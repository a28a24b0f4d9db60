/* translate/port_limit.c - the ports that a policy for one Service may open.  Writes no rule.
 *
 * Istio applies a policy to pods, not to Services: a rule without ports opens each port of the
 * pods, and so every Service that leads to them.  Where another Service has pods in common with the
 * one that the AccessPolicy selects, and the AccessPolicy does not select it, too, a port of that
 * other Service is foreign, unless it is also one of the selected Service.  Rules that would open
 * foreign ports are limited: without allowedPorts to the ports of the selected Service, with them
 * to those that are not foreign.  Elsewhere nothing is limited, since a pod may have ports, such as
 * those of its probes, that no Service has. */
#include "translate/port_limit.h"
#include "api/selector_match.h"
#include "base/text.h"

#include "translate/endpoint.h"
#include "translate/messages.h"
#include "translate/pod_overlap.h"
#include "translate/protocol.h"

struct growing {
    uint32_t *items;
    size_t count;
};

bool port_limit_has(struct port_list ports, uint32_t port)
{
    for (size_t i = 0; i < ports.count; i++)
        if (ports.items[i] == port)
            return true;
    return false;
}

static void add_once(struct growing *ports, uint32_t port, struct arena *arena)
{
    if (!port_limit_has((struct port_list){ ports->items, ports->count }, port))
        *ARENA_PUSH(arena, ports->items, ports->count) = port;
}

/* A target port with a name may have another number in each pod.  False: none is known. */
static bool add_targets(struct growing *out, const struct kube_service *service,
                        const struct service_port *port, struct arena *arena)
{
    const uint32_t agreed = endpoint_target_port(service, port);
    bool known = agreed != 0;

    if (agreed)
        add_once(out, agreed, arena);
    for (size_t i = 0; !agreed && i < service->subset_count; i++) {
        const uint32_t number = endpoint_pod_port(&service->subsets[i], port);

        if (number && service->subsets[i].endpoint_count)
            add_once(out, number, arena);
        known |= number && service->subsets[i].endpoint_count;
    }
    return known;
}

struct port_list port_limit_of_service(const struct kube_service *service, bool *complete,
                                       struct arena *arena)
{
    struct growing ports = { 0 };

    *complete = true;
    for (size_t i = 0; i < service->port_count; i++)
        if (protocol_is_tcp(&service->ports[i]))
            *complete &= add_targets(&ports, service, &service->ports[i], arena);
    return (struct port_list){ ports.items, ports.count };
}

struct limiting {
    const struct resolved *resolved;
    const struct access_policy *policy;
    struct port_list own;
    bool own_known; /* each of them */
    struct growing foreign;
    const struct destination *other; /* the first that has foreign ports; NULL: none */
    const struct destination *bare;  /* the first of them that no AccessPolicy selects */
    struct arena *arena;
};

static bool selects(const struct access_policy *policy, const struct destination *destination)
{
    return selector_match_any(policy->destinations, policy->destination_count,
                              destination->service);
}

static bool is_selected(const struct specs *specs, const struct destination *destination)
{
    for (size_t i = 0; i < specs->access_policy_count; i++)
        if (selects(&specs->access_policies[i], destination))
            return true;
    return false;
}

static void keep_first(const struct destination **first, const struct destination *other)
{
    if (!*first || other < *first)
        *first = other;
}

/* A port of a number that is not known is foreign, too. */
static void visit(void *context, const struct destination *other)
{
    struct limiting *limiting = context;
    struct port_list ports;
    bool known, foreign;

    if (selects(limiting->policy, other))
        return;
    ports = port_limit_of_service(other->service, &known, limiting->arena);
    foreign = !known;
    for (size_t i = 0; i < ports.count; i++) {
        if (port_limit_has(limiting->own, ports.items[i]))
            continue;
        add_once(&limiting->foreign, ports.items[i], limiting->arena);
        foreign = true;
    }
    if (!foreign)
        return;
    keep_first(&limiting->other, other);
    if (limiting->bare != other && !is_selected(limiting->resolved->specs, other))
        keep_first(&limiting->bare, other);
}

static struct port_list without_foreign(const struct limiting *limiting)
{
    const struct access_policy *policy = limiting->policy;
    const struct port_list foreign = { limiting->foreign.items, limiting->foreign.count };
    struct growing kept = { 0 };

    for (size_t i = 0; i < policy->port_count; i++)
        if (!port_limit_has(foreign, policy->ports[i]))
            *ARENA_PUSH(limiting->arena, kept.items, kept.count) = policy->ports[i];
    return (struct port_list){ kept.items, kept.count };
}

/* "8080, 9090" */
static const char *list_ports(struct port_list ports, struct arena *arena)
{
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < ports.count; i++)
        text_addf(&text, "%s%u", i ? ", " : "", ports.items[i]);
    return text.len ? arena_text(arena, text.bytes) : "";
}

static void warn(const struct limiting *limiting, struct port_list ports,
                 struct target_status *status)
{
    const struct cluster_ref other = limiting->other->service->ref;
    const struct access_policy *policy = limiting->policy;
    struct arena *arena = limiting->arena;

    if (!ports.count)
        messages_add(&status->errors, arena, A10_NO_PORT_OF_ITS_OWN, other.namespace, other.name);
    else if (policy->port_count && ports.count < policy->port_count)
        messages_add(&status->warnings, arena, W61_PORTS_OF_ANOTHER, other.namespace, other.name,
                     list_ports(ports, arena));
    if (ports.count && limiting->bare)
        messages_add(&status->warnings, arena, W59_SHARED_PODS,
                     limiting->bare->service->ref.namespace, limiting->bare->service->ref.name,
                     list_ports(ports, arena));
    if (ports.count && !policy->port_count && !limiting->own_known)
        messages_add(&status->warnings, arena, W64_TARGET_PORT_UNKNOWN, other.namespace, other.name,
                     list_ports(ports, arena));
}

struct port_list port_limit_find(const struct resolved *resolved,
                                 const struct destination *destination,
                                 const struct access_policy *policy, struct target_status *status,
                                 struct arena *arena)
{
    struct limiting limiting = { .resolved = resolved, .policy = policy, .arena = arena };
    struct port_list ports = { policy->ports, policy->port_count };

    limiting.own = port_limit_of_service(destination->service, &limiting.own_known, arena);
    pod_overlap_each(resolved->overlap, destination, visit, &limiting);
    if (!limiting.other)
        return ports;
    ports = policy->port_count ? without_foreign(&limiting) : limiting.own;
    warn(&limiting, ports, status);
    return ports;
}
