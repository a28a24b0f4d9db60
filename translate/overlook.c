/* translate/overlook.c - what the author of an AccessPolicy may overlook.  Changes no rule. */
#include "translate/overlook.h"
#include "api/value.h"

#include "translate/endpoint.h"
#include "translate/gateway_pods.h"
#include "translate/messages.h"
#include "translate/protocol.h"

void overlook_policy(const struct resolved *resolved, const struct sources *sources,
                     struct policy_status *status, struct arena *arena)
{
    const enum tls_mode mode = resolved->specs->settings.tls_mode;

    if (sources->identity && (mode == TLS_DISABLE || mode == TLS_SIMPLE))
        messages_add(&status->warnings, arena, W33_TLS_MODE_NO_IDENTITY,
                     enums_name(&tls_modes, (int)mode));
}

static void check_paths(const struct access_policy *policy, const struct resolved_mesh *mesh,
                        struct target_status *status, struct arena *arena)
{
    if (!mesh->dialect->known || mesh->dialect->path_templates)
        return;
    for (size_t i = 0; i < policy->path_count; i++)
        if (access_policy_path_is_template(policy->paths[i]))
            messages_add(&status->warnings, arena, W31_PATH_TEMPLATE, i, mesh->spec->version);
}

static bool allows(const struct access_policy *policy, uint32_t port)
{
    for (size_t i = 0; i < policy->port_count; i++)
        if (policy->ports[i] == port)
            return true;
    return false;
}

static bool listens(const struct kube_service *service, uint32_t port)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (endpoint_target_port(service, &service->ports[i]) == port)
            return true;
    return false;
}

/* A policy may list ports of several Services, so only a port that this one has counts. */
static void check_ports(const struct access_policy *policy, const struct kube_service *service,
                        struct target_status *status, struct arena *arena)
{
    for (size_t i = 0; i < policy->port_count; i++)
        for (size_t k = 0; k < service->port_count; k++) {
            const struct service_port *port = &service->ports[k];
            const uint32_t target = endpoint_target_port(service, port);

            if (port->port == policy->ports[i] && target && !listens(service, port->port)
                && !allows(policy, target))
                messages_add(&status->warnings, arena, W32_SERVICE_PORT, i, port->port, target,
                             target);
        }
}

/* The first field that only HTTP requests can meet; NULL: none, or a caller may do without. */
static const char *http_field(const struct access_policy *policy)
{
    if (policy->method_count)
        return "spec.allowedMethods";
    if (policy->path_count)
        return "spec.allowedPaths";
    for (size_t i = 0; i < policy->source_count; i++)
        if (!policy_rule_needs_token(&policy->sources[i]))
            return NULL;
    return policy->source_count ? "spec.sourceSelector[].requestIdentityMatcher" : NULL;
}

/* istiod leaves a rule with HTTP conditions out of TCP listeners, and so refuses all connections.
 */
static void check_tcp(const struct policy_target *at, const struct access_policy *policy,
                      struct port_list ports, struct port_list open, struct target_status *status,
                      struct arena *arena)
{
    const struct kube_service *service = at->destination->service;
    const char *field = http_field(policy);

    for (size_t i = 0; field && i < service->port_count; i++) {
        const struct service_port *port = &service->ports[i];
        const uint32_t target = endpoint_target_port(service, port);

        if (!protocol_is_tcp(port) || protocol_may_be_http(port)
            || (ports.count && !port_limit_has(ports, target)) || port_limit_has(open, target))
            continue;
        messages_add(&status->warnings, arena, W62_HTTP_ON_TCP, field, value_port_name(port),
                     protocol_of_port(port, at->mesh->dialect), service->ref.namespace,
                     service->ref.name);
        return;
    }
}

void overlook_target(const struct resolved *resolved, const struct policy_target *at,
                     const struct sources *sources, struct port_list ports,
                     struct target_status *status, struct arena *arena)
{
    const struct resolved_virtual_mesh *virtual_mesh = at->mesh->virtual_mesh;

    check_paths(sources->policy, at->mesh, status, arena);
    check_ports(sources->policy, at->destination->service, status, arena);
    if (!status->errors.count)
        check_tcp(at, sources->policy, ports, gateway_pods_open(resolved, at->destination), status,
                  arena);
    if (sources->identity && virtual_mesh && virtual_mesh->spec
        && virtual_mesh->spec->federation.enforcement == ENFORCE_DISABLE)
        messages_add(&status->warnings, arena, W34_ENFORCEMENT_NO_IDENTITY,
                     virtual_mesh->ref.namespace, virtual_mesh->ref.name);
}
