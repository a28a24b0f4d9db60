/* translate/resolve.c - the steps from specs to a plan, in their order.  Each step has a file of
 * its own.
 *
 * The order is part of the meaning:
 * - objects are checked before meshes are claimed, so that a refused VirtualMesh takes no mesh from
 *   another one; what it had, it keeps;
 * - meshes are checked before exports are made: one with wrong gateways exports nothing new;
 * - every export is known before hosts, rule names and virtual IPs are given, which are unique
 *   among all of them;
 * - policies come after exports, since the Workloads that a policy lets in are those whose mesh can
 *   reach the Service;
 * - names that two objects want are settled at the end, when all of them are known.
 *
 * States of virtual meshes are set last, from the errors that the steps left. */
#include "translate/resolve.h"
#include "api/specs_index.h"

#include "api/value.h"
#include "translate/astray.h"
#include "translate/domain.h"
#include "translate/endpoint.h"
#include "translate/external.h"
#include "translate/external_host.h"
#include "translate/family.h"
#include "translate/federate.h"
#include "translate/federated_host.h"
#include "translate/flat_network.h"
#include "translate/gateway.h"
#include "translate/import_scope.h"
#include "translate/likely_gateway.h"
#include "translate/mesh_claim.h"
#include "translate/messages.h"
#include "translate/policy.h"
#include "translate/reference_check.h"
#include "translate/resolved_mesh.h"
#include "translate/resolved_virtual_mesh.h"
#include "translate/root_namespace.h"
#include "translate/rule_name.h"
#include "translate/shared.h"
#include "translate/tls_enforcement.h"
#include "translate/trust.h"
#include "translate/uncovered.h"
#include "translate/unique.h"
#include "translate/unmatched.h"
#include "translate/virtual_ip.h"
#include <string.h>

/* Objects are missing from the specs whose names are not known. */
static bool is_incomplete(const struct specs *specs)
{
    bool incomplete = specs->incomplete;

    for (const struct refused *at = specs->refused; at; at = at->next)
        incomplete |= text_empty(at->ref.name) || text_empty(at->ref.namespace);
    return incomplete;
}

/* Each VirtualMesh reports what is wrong with the specs as a whole. */
static void check_specs(struct resolved *resolved, struct arena *arena)
{
    const struct specs *specs = resolved->specs;
    const char *settings = reference_check_refused(
        specs, KIND_SETTINGS, (struct object_ref){ "settings", specs->pod_namespace });
    size_t destinations = 0;

    for (const struct refused *at = specs->refused; at; at = at->next)
        destinations += at->kind == KIND_DESTINATION;
    resolved->settings_unreadable = settings;
    resolved->unknown_services = destinations > 0;
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        struct vm_status *status = &resolved->virtual_meshes[i].plan->status;

        if (settings)
            messages_add(&status->errors, arena, E0_SETTINGS, settings);
        if (resolved->incomplete)
            messages_add(&status->warnings, arena, W1_INCOMPLETE);
        if (destinations)
            messages_add(&status->warnings, arena, W2_DESTINATION_REFUSED, destinations);
    }
}

/* INVALID as an object: from here on it is only retained. */
static void hold_invalid(struct resolved *resolved)
{
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        struct resolved_virtual_mesh *virtual_mesh = &resolved->virtual_meshes[i];

        if (!virtual_mesh->plan->status.errors.count)
            continue;
        virtual_mesh->plan->retained = true;
        virtual_mesh->federates = false;
        if (virtual_mesh->record) {
            virtual_mesh->plan->addresses = virtual_mesh->record->addresses;
            virtual_mesh->plan->address_count = virtual_mesh->record->address_count;
        }
    }
}

static void warn_same_cluster(const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++)
        for (size_t k = i + 1; k < virtual_mesh->mesh_count; k++) {
            const struct mesh *a = virtual_mesh->meshes[i]->spec,
                              *b = virtual_mesh->meshes[k]->spec;

            if (text_equal(a->cluster, b->cluster))
                messages_add(&virtual_mesh->plan->status.warnings, arena, W5_SAME_CLUSTER,
                             a->meta.namespace, a->meta.name, b->meta.namespace, b->meta.name);
        }
}

/* What decoding had to say of its annotations. */
static void warn_annotations(const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    for (size_t i = 0; i < virtual_mesh->spec->remark_count; i++)
        messages_share(&virtual_mesh->plan->status.warnings, arena,
                       (struct origin){ .id = V6_REMARK, .remedy = "" },
                       virtual_mesh->spec->remarks[i]);
}

/* Gives each mesh a status, with what concerns the Mesh alone. */
static void open_meshes(struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    struct vm_status *status = &virtual_mesh->plan->status;

    status->mesh_count = virtual_mesh->mesh_count;
    status->meshes = ARENA_NEW(arena, struct target_status, virtual_mesh->mesh_count);
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        struct resolved_mesh *mesh = virtual_mesh->meshes[i];

        mesh->status = &status->meshes[i];
        mesh->status->key = mesh->spec->meta.key;
        if (!mesh->dialect->known)
            messages_add(&mesh->status->warnings, arena, W4_VERSION_UNKNOWN, mesh->spec->version);
        if (mesh->odd_root_namespace)
            messages_add(&mesh->status->warnings, arena, W19_ROOT_NAMESPACE,
                         mesh->odd_root_namespace);
    }
}

/* One warning for all meshes: a Mesh may have smart DNS on without saying so in the specs. */
static void warn_without_resolver(struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const struct federation *federation = &virtual_mesh->spec->federation;
    const struct mesh *first = NULL;
    size_t count = 0;

    if (!virtual_mesh->federates || !(federation->selector_count || federation->permissive))
        return;
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        if (virtual_mesh->meshes[i]->spec->smart_dns || virtual_mesh->meshes[i]->dialect->coredns)
            continue;
        first = first ? first : virtual_mesh->meshes[i]->spec;
        count++;
    }
    if (first)
        messages_add(&virtual_mesh->plan->status.warnings, arena, W56_NO_RESOLVER, count,
                     first->meta.namespace, first->meta.name, federation->hostname_suffix);
}

static const struct messages *no_smart_dns(const struct mesh *mesh, const char *suffix,
                                           struct arena *arena)
{
    struct messages *out = ARENA_NEW(arena, struct messages, 1);

    messages_add(out, arena, D1_NO_SMART_DNS, mesh->meta.namespace, mesh->meta.name, suffix);
    return out;
}

/* Istio before 1.8 resolves *.global by itself (CoreDNS); any other suffix needs smart DNS (Q40).
 */
static void find_without_dns_capture(struct resolved_virtual_mesh *virtual_mesh,
                                     struct arena *arena)
{
    const char *suffix = virtual_mesh->spec->federation.hostname_suffix;

    if (text_equal(suffix, "global")) {
        warn_without_resolver(virtual_mesh, arena);
        return;
    }
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        const struct mesh *mesh = virtual_mesh->meshes[i]->spec;

        if (!mesh->smart_dns)
            virtual_mesh->meshes[i]->no_dns_capture = no_smart_dns(mesh, suffix, arena);
    }
}

static void check_enforcement(const struct resolved *resolved,
                              struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const enum enforcement_mode mode = virtual_mesh->spec->federation.enforcement;
    const enum tls_mode tls_mode = resolved->specs->settings.tls_mode;

    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        struct resolved_mesh *mesh = virtual_mesh->meshes[i];

        if (tls_enforcement_conflicts(mode, tls_mode))
            messages_add(&mesh->status->errors, arena, M11_TLS_ENFORCEMENT,
                         enums_name(&enforcement_modes, (int)mode),
                         enums_name(&tls_modes, (int)tls_mode));
        else if (mode != ENFORCE_UNSET && !mesh->dialect->peer_authentication)
            messages_add(&mesh->status->errors, arena, M12_NO_PEER_AUTHENTICATION,
                         mesh->spec->version, enums_name(&enforcement_modes, (int)mode));
        else
            continue;
        mesh->retained = true;
    }
}

/* A cluster's name may have labels that no host can. */
static void check_gateway_hosts(struct resolved_mesh *mesh, struct arena *arena)
{
    const char *hosts = gateway_hosts(mesh, arena);

    if (value_is_host_name(hosts + strlen("*.")))
        return;
    messages_add(&mesh->status->errors, arena, M14_GATEWAY_HOSTS, hosts, mesh->cluster);
    mesh->retained = true;
}

/* The advice is to select what is there rather than to relabel pods. */
static void add_lack_of_gateway(struct resolved_mesh *mesh, struct arena *arena)
{
    struct messages *errors = &mesh->status->errors;
    const struct meta *meta = &mesh->spec->meta;
    const struct service_port *port = NULL;
    const struct destination *likely = likely_gateway_find(mesh, &port);

    if (mesh->virtual_mesh->spec->federation.gateway_count)
        messages_add(errors, arena, M6_NO_GATEWAY_SELECTED, meta->namespace, meta->name);
    else if (likely)
        messages_add(errors, arena, M6_GATEWAY_LIKELY, meta->namespace, meta->name,
                     likely->service->ref.namespace, likely->service->ref.name, port->name);
    else
        messages_add(errors, arena, M6_NO_GATEWAY, meta->namespace, meta->name);
}

/* A mesh none of whose Services is exported needs no gateway: its clients only call others.  While
 * some Destination cannot be read, that may be a Service to export, or the gateway. */
static void check_lack_of_gateway(const struct resolved *resolved, struct resolved_mesh *mesh,
                                  struct arena *arena)
{
    if (!resolved->unknown_services && !resolved->incomplete && !federate_selects_any(mesh, arena))
        return;
    add_lack_of_gateway(mesh, arena);
    mesh->lacks_gateway = !mesh->retained;
    mesh->retained = true;
}

static void check_gateways(const struct resolved *resolved,
                           struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    if (!virtual_mesh->federates || virtual_mesh->flat)
        return;
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++) {
        struct resolved_mesh *mesh = virtual_mesh->meshes[i];

        gateway_check_all(mesh, arena);
        check_gateway_hosts(mesh, arena);
        if (!mesh->gateway_count)
            check_lack_of_gateway(resolved, mesh, arena);
    }
    family_check_gateways(virtual_mesh, arena);
}

static void check_gateway_policies(const struct resolved *resolved,
                                   const struct resolved_virtual_mesh *virtual_mesh,
                                   struct arena *arena)
{
    if (virtual_mesh->spec->access != ACCESS_ENABLED || virtual_mesh->flat)
        return;
    for (size_t i = 0; i < virtual_mesh->mesh_count; i++)
        root_namespace_warn(resolved, virtual_mesh->meshes[i], arena);
}

/* The default, and top-level domains that are reserved (RFC 2606, RFC 9476, ICANN's internal).
 */
static void warn_suffix(const struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    static const char *const fine[] = { "alt", "example", "global", "internal", "test" };
    const char *suffix = virtual_mesh->spec->federation.hostname_suffix;

    if (!virtual_mesh->federates || strchr(suffix, '.'))
        return;
    for (size_t i = 0; i < LENGTH(fine); i++)
        if (text_equal(suffix, fine[i]))
            return;
    messages_add(&virtual_mesh->plan->status.warnings, arena, W50_BARE_SUFFIX, suffix);
}

/* It has fields other than TLS enforcement, which needs no selection. */
static bool wants_federation(const struct federation *federation)
{
    return federation->present
           && (federation->enforcement == ENFORCE_UNSET || federation->gateway_count
               || federation->keepalive || federation->flat_network);
}

static void warn_federation(const struct resolved *resolved,
                            struct resolved_virtual_mesh *virtual_mesh, struct arena *arena)
{
    const struct federation *federation = &virtual_mesh->spec->federation;
    const enum tls_mode tls_mode = resolved->specs->settings.tls_mode;
    struct messages *warnings = &virtual_mesh->plan->status.warnings;
    const bool asked =
        virtual_mesh->federates && (federation->selector_count || federation->permissive);

    reference_check_warn(resolved, virtual_mesh, arena);
    unmatched_federation(resolved, virtual_mesh, arena);
    warn_same_cluster(virtual_mesh, arena);
    warn_suffix(virtual_mesh, arena);
    if (virtual_mesh->federates && !asked && wants_federation(federation))
        messages_add(warnings, arena, W51_NOTHING_SELECTED);
    domain_warn(virtual_mesh, arena);
    if (asked && virtual_mesh->flat)
        messages_add(warnings, arena, W8_FLAT_SNAPSHOT);
    if (virtual_mesh->flat && federation->gateway_count)
        messages_add(warnings, arena, W9_FLAT_GATEWAYS);
    if (asked && !virtual_mesh->flat && (tls_mode == TLS_DISABLE || tls_mode == TLS_SIMPLE))
        messages_add(warnings, arena, W10_TLS_MODE, enums_name(&tls_modes, (int)tls_mode));
    if (asked && !virtual_mesh->flat && federation->enforcement == ENFORCE_DISABLE)
        messages_add(warnings, arena, W35_ENFORCEMENT_FEDERATION);
}

static bool is_listed_before(const struct virtual_mesh *spec, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (object_ref_equal(spec->meshes[i], spec->meshes[index]))
            return true;
    return false;
}

/* A virtual mesh with a mistake is retained as a whole and claims no mesh.  Its gateways are looked
 * for all the same, in copies of the meshes, so that mistakes in them are reported together with
 * the first one. */
static void check_gateways_of_retained(const struct resolved *resolved,
                                       const struct resolved_virtual_mesh *virtual_mesh,
                                       struct arena *arena)
{
    const struct virtual_mesh *spec = virtual_mesh->spec;
    struct resolved_virtual_mesh look = *virtual_mesh;

    look.federates = spec->mesh_count > 1;
    for (size_t i = 0; i < spec->mesh_count && !spec->federation.flat_network; i++) {
        const struct resolved_mesh *mesh = resolved_mesh_find(resolved, spec->meshes[i]);
        struct resolved_mesh copy;

        if (!mesh || (mesh->virtual_mesh && mesh->virtual_mesh != virtual_mesh)
            || is_listed_before(spec, i))
            continue;
        copy = *mesh;
        copy.virtual_mesh = &look;
        gateway_find_all(&copy, arena);
    }
}

static void claim_meshes(struct resolved *resolved, struct arena *arena)
{
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        if (resolved->virtual_meshes[i].spec)
            reference_check_all(resolved, &resolved->virtual_meshes[i], arena);
    mesh_claim_all(resolved, arena);
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        struct resolved_virtual_mesh *virtual_mesh = &resolved->virtual_meshes[i];

        if (virtual_mesh->plan->status.errors.count) {
            if (virtual_mesh->spec)
                check_gateways_of_retained(resolved, virtual_mesh, arena);
            continue;
        }
        virtual_mesh->flat = virtual_mesh->spec->federation.flat_network;
        virtual_mesh->federates = virtual_mesh->mesh_count > 1;
        for (size_t k = 0; k < virtual_mesh->mesh_count && !virtual_mesh->flat; k++)
            gateway_find_all(virtual_mesh->meshes[k], arena);
        shared_check_suffix(resolved, virtual_mesh, arena);
    }
    hold_invalid(resolved);
}

static void check_meshes(struct resolved *resolved, struct arena *arena)
{
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        struct resolved_virtual_mesh *virtual_mesh = &resolved->virtual_meshes[i];

        if (virtual_mesh->plan->retained)
            continue;
        warn_annotations(virtual_mesh, arena);
        open_meshes(virtual_mesh, arena);
        find_without_dns_capture(virtual_mesh, arena);
        trust_ask(resolved, virtual_mesh, arena);
        check_enforcement(resolved, virtual_mesh, arena);
        check_gateways(resolved, virtual_mesh, arena);
        check_gateway_policies(resolved, virtual_mesh, arena);
        warn_federation(resolved, virtual_mesh, arena);
        if (resolved->options->external_services)
            external_warn(resolved, &virtual_mesh->plan->status.warnings, arena);
    }
}

static bool set_states(struct target_status *targets, size_t count)
{
    bool all = true;

    for (size_t i = 0; i < count; i++) {
        targets[i].state = targets[i].errors.count ? APPROVAL_INVALID : APPROVAL_ACCEPTED;
        all &= targets[i].state == APPROVAL_ACCEPTED;
    }
    return all;
}

/* ACCEPTED only when accepted for every mesh and every Destination. */
static void finish(struct plan *plan)
{
    for (size_t i = 0; i < plan->virtual_mesh_count; i++) {
        struct vm_status *status = &plan->virtual_meshes[i].status;
        const bool meshes = set_states(status->meshes, status->mesh_count);
        const bool destinations = set_states(status->destinations, status->destination_count);

        status->state =
            meshes && destinations && !status->errors.count ? APPROVAL_ACCEPTED : APPROVAL_INVALID;
    }
}

int translate_resolve(struct plan *out, const struct specs *specs,
                      const struct translate_options *options, const struct tree_reader *before,
                      struct arena *arena, struct err *err)
{
    struct resolved *resolved = ARENA_NEW(arena, struct resolved, 1);
    struct translate_options *kept = ARENA_NEW(arena, struct translate_options, 1);

    *kept = *options;
    *out = (struct plan){ .resolved = resolved };
    resolved->specs = specs;
    resolved->options = kept;
    resolved->incomplete = is_incomplete(specs);
    resolved_mesh_make_all(resolved, arena);
    family_find_pods(resolved, arena);
    resolved->templates = endpoint_templates(specs->workloads, specs->workload_count, arena);
    resolved->domains_differ = domain_differs(resolved);
    root_namespace_index(resolved, arena);
    if (resolved_virtual_mesh_make_all(resolved, out, before, arena, err) < 0)
        return -1;
    check_specs(resolved, arena);
    astray_find(resolved);
    for (size_t i = 0; i < resolved->virtual_mesh_count; i++)
        astray_warn(&resolved->virtual_meshes[i].plan->status.warnings, resolved, arena);
    claim_meshes(resolved, arena);
    check_meshes(resolved, arena);
    shared_check_namespaces(resolved, arena);
    shared_warn_services(resolved, arena);
    federate_exports(resolved, arena);
    flat_network_check(resolved, arena);
    family_warn_clients(resolved, arena);
    federated_host_check_all(resolved, arena);
    rule_name_give_all(resolved, arena);
    import_scope_find_all(resolved, arena);
    if (virtual_ip_assign(resolved, before, arena, err) < 0)
        return -1;
    if (resolved->options->external_services)
        external_host_check_all(resolved, arena);
    policy_apply_all(resolved, out, arena);
    uncovered_warn(resolved, out, arena);
    unique_check(resolved, out, arena);
    finish(out);
    return 0;
}

bool resolve_is_refused(const struct plan *plan)
{
    for (size_t i = 0; i < plan->virtual_mesh_count; i++)
        if (plan->virtual_meshes[i].status.state != APPROVAL_ACCEPTED)
            return true;
    for (size_t i = 0; i < plan->policy_count; i++)
        if (plan->policies[i].state != APPROVAL_ACCEPTED)
            return true;
    return false;
}
