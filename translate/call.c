/* translate/call.c - whether a workload can call a Service, link by link.  Decides nothing itself:
 * each link reads what resolution made of the specs.
 *
 * Within a cluster a request goes straight to the pods, so only trust and policies count.  Between
 * clusters each of the links is needed, and the first one that fails makes the later ones
 * pointless: without a federated host there is no gateway to look at.  The policy is judged in
 * every case, so that a reader who corrects one link sees the next. */
#include "translate/call.h"
#include "api/object_place.h"
#include "api/specs_index.h"

#include "translate/family.h"
#include "translate/federate.h"
#include "translate/name.h"
#include "translate/permission.h"
#include "translate/permission_text.h"
#include "translate/protocol.h"
#include "translate/resolved_mesh.h"
#include "translate/resolved_virtual_mesh.h"
#include <stdlib.h>
#include <string.h>

static const char *const link_names[] = {
    [CALL_CALLER] = "caller",   [CALL_SERVICE] = "service",
    [CALL_DNS] = "dns",         [CALL_VIRTUAL_MESH] = "virtualMesh",
    [CALL_GATEWAY] = "gateway", [CALL_FEDERATION] = "federation",
    [CALL_TRUST] = "trust",     [CALL_POLICY] = "policy",
};
const struct enum_table call_link_kinds = ENUM_TABLE(link_names);
static const char *const state_names[] = {
    [CALL_YES] = "yes", [CALL_LIMITED] = "limited", [CALL_UNKNOWN] = "unknown", [CALL_NO] = "no"
};
const struct enum_table call_states = ENUM_TABLE(state_names);

/* What the links are made from. */
struct judging {
    struct call *call;
    const struct plan *plan;
    const struct resolved *resolved;
    const struct resolved_mesh *from, *home;
    const struct kube_service *service;
    const struct export *export; /* NULL: not federated, or not needed */
    struct arena *arena;
};

static struct object_ref ref_of(const struct meta *meta)
{
    return (struct object_ref){ meta->name, meta->namespace };
}

static struct call_link *add(struct judging *judging, enum call_link_kind kind,
                             enum call_state state, const char *fmt, ...) PRINTF_LIKE(4, 5);

static struct call_link *add(struct judging *judging, enum call_link_kind kind,
                             enum call_state state, const char *fmt, ...)
{
    struct call_link *link = &judging->call->links[judging->call->link_count++];
    va_list args;

    va_start(args, fmt);
    *link = (struct call_link){ .kind = kind,
                                .state = state,
                                .text = arena_vprintf(judging->arena, fmt, args) };
    va_end(args);
    if (state > judging->call->verdict)
        judging->call->verdict = state;
    return link;
}

static void decided_by(struct call_link *link, const char *kind, struct object_ref ref,
                       struct place place)
{
    link->object_kind = kind;
    link->object = ref;
    link->place = place;
}

static void decided_by_virtual_mesh(struct call_link *link,
                                    const struct resolved_virtual_mesh *virtual_mesh,
                                    struct place place)
{
    if (!place.file && virtual_mesh->spec)
        place = virtual_mesh->spec->meta.place;
    decided_by(link, "VirtualMesh", virtual_mesh->ref, place);
}

static const char *mesh_text(const struct resolved_mesh *mesh, struct arena *arena)
{
    return object_ref_text(ref_of(&mesh->spec->meta), arena);
}

/* --- the two ends --- */

static void judge_caller(struct judging *judging)
{
    const struct caller *caller = &judging->call->caller;
    const struct meta *mesh = &caller->mesh->spec->meta;
    struct call_link *link;

    if (caller->workload) {
        link = add(judging, CALL_CALLER, CALL_YES, "runs as %s/ns/%s/sa/%s in mesh %s",
                   caller_domain(caller), caller->namespace, caller->account,
                   mesh_text(caller->mesh, judging->arena));
        decided_by(link, "Workload", ref_of(&caller->workload->meta),
                   object_place_of_workload(caller->workload, judging->arena));
        return;
    }
    link = add(judging, CALL_CALLER, CALL_YES,
               "has the identity %s/ns/%s/sa/%s; the specs show no Workload that runs so",
               caller_domain(caller), caller->namespace, caller->account);
    decided_by(link, "Mesh", ref_of(mesh), mesh->place);
}

static void judge_service(struct judging *judging)
{
    const struct destination *destination = judging->call->destination;
    struct call_link *link;

    link = add(judging, CALL_SERVICE, CALL_YES, "Service %s/%s of cluster %s",
               judging->service->ref.namespace, judging->service->ref.name,
               judging->service->ref.cluster);
    decided_by(link, "Destination", ref_of(&destination->meta),
               object_place_of_destination(destination, judging->arena));
}

/* --- between clusters --- */

static struct place member_place(const struct resolved_virtual_mesh *virtual_mesh,
                                 const struct resolved_mesh *mesh)
{
    for (size_t i = 0; i < virtual_mesh->spec->mesh_count; i++)
        if (object_ref_equal(virtual_mesh->spec->meshes[i], ref_of(&mesh->spec->meta)))
            return virtual_mesh->spec->mesh_places[i];
    return virtual_mesh->spec->meta.place;
}

/* A VirtualMesh that is INVALID may have had both meshes. */
static void judge_retained(struct judging *judging, const struct resolved_virtual_mesh *retained)
{
    const struct refused *refused =
        specs_refused(judging->resolved->specs, KIND_VIRTUAL_MESH, retained->ref);

    decided_by(add(judging, CALL_VIRTUAL_MESH, CALL_UNKNOWN,
                   "the VirtualMesh is INVALID, so what is deployed for it stays"),
               "VirtualMesh", retained->ref,
               retained->spec ? retained->spec->meta.place
               : refused      ? refused->place
                              : (struct place){ 0 });
}

static bool judge_virtual_mesh(struct judging *judging)
{
    const struct resolved_mesh *from = judging->from, *home = judging->home;
    const struct resolved_mesh *odd = !from->virtual_mesh ? from : home;
    const struct resolved_virtual_mesh *retained =
        resolved_virtual_mesh_retained(judging->resolved);
    struct call_link *link;

    if (!odd->virtual_mesh && retained) {
        judge_retained(judging, retained);
        return false;
    }
    if (!from->virtual_mesh || from->virtual_mesh != home->virtual_mesh) {
        link = add(judging, CALL_VIRTUAL_MESH, CALL_NO,
                   "Meshes %s and %s are not in one VirtualMesh%s%s%s",
                   mesh_text(from, judging->arena), mesh_text(home, judging->arena),
                   odd->virtual_mesh ? "" : "; ",
                   odd->virtual_mesh ? "" : mesh_text(odd, judging->arena),
                   odd->virtual_mesh ? "" : " is in none");
        decided_by(link, "Mesh", ref_of(&odd->spec->meta), odd->spec->meta.place);
        return false;
    }
    link = add(judging, CALL_VIRTUAL_MESH, CALL_YES, "has Meshes %s and %s",
               mesh_text(from, judging->arena), mesh_text(home, judging->arena));
    decided_by_virtual_mesh(link, from->virtual_mesh, member_place(from->virtual_mesh, from));
    return true;
}

static bool has_tcp(const struct kube_service *service)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (protocol_is_tcp(&service->ports[i]))
            return true;
    return false;
}

static const char *why_not_selected(const struct judging *judging, size_t selector)
{
    if (selector == FEDERATE_NONE)
        return arena_printf(judging->arena,
                            "no entry of spec.federation.selectors federates the Service to %s",
                            mesh_text(judging->from, judging->arena));
    if (!has_tcp(judging->service))
        return "the Service has no TCP port, and no other can cross a gateway";
    return "the Service is not federated";
}

/* Sees that the Service is federated to the caller's mesh, whether or not names resolve there. */
static bool judge_federation(struct judging *judging)
{
    const struct resolved_virtual_mesh *virtual_mesh = judging->home->virtual_mesh;
    const struct federation *federation = &virtual_mesh->spec->federation;
    const size_t selector =
        federate_selector(judging->home, judging->call->destination, judging->from);
    struct place place = federation->place;
    struct call_link *link;

    judging->export = map_find(judging->resolved->export_by_service,
                               cluster_ref_key(judging->service->ref, judging->arena));
    if (!judging->export || !importers_have(judging->export->selected, judging->from)) {
        link = add(judging, CALL_FEDERATION, CALL_NO, "%s", why_not_selected(judging, selector));
        decided_by_virtual_mesh(link, virtual_mesh, place);
        return false;
    }
    if (judging->export->retained)
        link = add(judging, CALL_FEDERATION, CALL_UNKNOWN, "what is deployed for it stays: %s",
                   judging->export->status->errors.count ? judging->export->status->errors.texts[0]
                                                         : "no pod of the Service is known");
    else if (selector == FEDERATE_PERMISSIVE)
        link = add(judging, CALL_FEDERATION, CALL_YES,
                   "spec.federation.permissive federates every Service to all meshes");
    else
        link = add(judging, CALL_FEDERATION, CALL_YES, "spec.federation.selectors[%zu] selects it",
                   selector);
    if (selector < FEDERATE_PERMISSIVE && federation->selectors[selector].destination_count
        && federation->selectors[selector].destinations[0].place.file)
        place = federation->selectors[selector].destinations[0].place;
    decided_by_virtual_mesh(link, virtual_mesh, place);
    return true;
}

static bool sees(const struct export *export, const char *namespace)
{
    return export->scope_count == 0 || text_listed(export->scope, export->scope_count, namespace);
}

static void judge_dns(struct judging *judging)
{
    const struct export *export = judging->export;
    const struct mesh *mesh = judging->from->spec;
    struct call_link *link;

    judging->call->host = export->host;
    if (!importers_have(export->importers, judging->from))
        link = add(judging, CALL_DNS, CALL_NO, "%s does not resolve: smart DNS proxying is off",
                   export->host);
    else if (!sees(export, judging->call->caller.namespace))
        link = add(judging, CALL_DNS, CALL_NO,
                   "%s is not visible in namespace %s (output.importScope: callers)", export->host,
                   judging->call->caller.namespace);
    else if (!mesh->smart_dns && !judging->from->dialect->coredns)
        link = add(judging, CALL_DNS, CALL_UNKNOWN,
                   "%s resolves only with smart DNS proxying, which the Mesh does not show",
                   export->host);
    else
        link = add(judging, CALL_DNS, CALL_YES, "%s resolves to %s", export->host,
                   text_empty(export->address) ? "a virtual IP" : export->address);
    decided_by(link, "Mesh", ref_of(&mesh->meta), mesh->meta.place);
}

/* Whether the pods of the caller's cluster can connect to an address of the gateways. */
static bool families_meet(const struct resolved_mesh *from, const struct resolved_mesh *home)
{
    for (size_t i = 0; from->pod_families && i < home->endpoint_count; i++) {
        const unsigned family = family_of(home->endpoints[i].address);

        if (!family || (family & from->pod_families))
            return true;
    }
    return !from->pod_families;
}

static const char *endpoints_text(const struct resolved_mesh *home, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    for (size_t i = 0; i < home->endpoint_count; i++)
        text_addf(&out, "%s%s port %u", i ? ", " : "", home->endpoints[i].address,
                  home->endpoints[i].port);
    return out.bytes ? arena_text(arena, out.bytes) : "no address";
}

static void judge_gateway(struct judging *judging)
{
    const struct resolved_mesh *home = judging->home;
    struct call_link *link;

    if (home->virtual_mesh->flat) {
        link = add(judging, CALL_GATEWAY, CALL_YES,
                   "spec.federation.flatNetwork: straight to the pods");
        decided_by_virtual_mesh(link, home->virtual_mesh,
                                home->virtual_mesh->spec->federation.place);
        return;
    }
    if (!home->gateway_count || home->unreachable.count || !home->endpoint_count)
        link = add(judging, CALL_GATEWAY, CALL_NO, "%s",
                   home->unreachable.count ? home->unreachable.texts[0]
                                           : "no ingress gateway leads into its mesh");
    else if (!families_meet(judging->from, home))
        link = add(judging, CALL_GATEWAY, CALL_UNKNOWN,
                   "%s: the caller's pods have no address of that family",
                   endpoints_text(home, judging->arena));
    else
        link = add(judging, CALL_GATEWAY, CALL_YES, "%s", endpoints_text(home, judging->arena));
    if (home->gateway_count)
        decided_by(link, "Destination", ref_of(&home->gateways[0].destination->meta),
                   object_place_of_destination(home->gateways[0].destination, judging->arena));
    else
        decided_by(link, "Mesh", ref_of(&home->spec->meta), home->spec->meta.place);
}

/* --- trust --- */

/* Why requests between clusters carry no mutual TLS, which gateways need (W10, W35); NULL: they do.
 */
static struct call_link *judge_tls(struct judging *judging)
{
    const struct settings *settings = &judging->resolved->specs->settings;
    const struct resolved_virtual_mesh *virtual_mesh = judging->home->virtual_mesh;
    struct call_link *link;

    if (settings->tls_mode == TLS_DISABLE || settings->tls_mode == TLS_SIMPLE) {
        link = add(judging, CALL_TRUST, CALL_NO,
                   "settings.mtls.istio.tlsMode is %s, and gateways pass on mutual TLS alone",
                   enums_name(&tls_modes, (int)settings->tls_mode));
        decided_by(link, "Settings", ref_of(&settings->meta), settings->meta.place);
        return link;
    }
    if (virtual_mesh->spec->federation.enforcement != ENFORCE_DISABLE)
        return NULL;
    link = add(judging, CALL_TRUST, CALL_NO,
               "tlsEnforcementSettings.enforcementMode is DISABLE, so sidecars do not open the TLS "
               "that gateways pass on");
    decided_by_virtual_mesh(link, virtual_mesh, virtual_mesh->spec->federation.place);
    return link;
}

/* Between meshes of one VirtualMesh. */
static void judge_roots(struct judging *judging)
{
    const struct resolved_virtual_mesh *virtual_mesh = judging->home->virtual_mesh;
    const char *from = caller_domain(&judging->call->caller);
    const char *home = caller_domain(&(struct caller){ .mesh = judging->home });
    struct call_link *link;

    if (virtual_mesh->plan->trust_retained)
        link = add(judging, CALL_TRUST, CALL_UNKNOWN,
                   "mtlsConfig is INVALID, so the certificates that are deployed stay");
    else if (!virtual_mesh->plan->trust)
        link = add(judging, CALL_TRUST, CALL_UNKNOWN,
                   "spec.mtlsConfig is not given, so weft issues no certificates: the meshes trust "
                   "each other only if their CAs have a common root");
    else if (!text_equal(from, home))
        link = add(judging, CALL_TRUST, CALL_UNKNOWN,
                   "a shared root, but trust domains %s and %s: a sidecar accepts the other one "
                   "only if MeshConfig lists it in trustDomainAliases",
                   from, home);
    else
        link =
            add(judging, CALL_TRUST, CALL_YES, "a shared root, and the same trust domain %s", from);
    decided_by_virtual_mesh(link, virtual_mesh, (struct place){ 0 });
}

static void judge_trust(struct judging *judging, bool between_clusters)
{
    struct call_link *link;

    if (judging->from == judging->home) {
        link = add(judging, CALL_TRUST, CALL_YES, "one mesh, so one root");
        decided_by(link, "Mesh", ref_of(&judging->home->spec->meta),
                   judging->home->spec->meta.place);
        return;
    }
    if (between_clusters && judge_tls(judging))
        return;
    if (judging->from->virtual_mesh && judging->from->virtual_mesh == judging->home->virtual_mesh
        && judging->home->virtual_mesh->spec) {
        judge_roots(judging);
        return;
    }
    link = add(judging, CALL_TRUST, CALL_UNKNOWN,
               "two control planes, and no VirtualMesh that gives both a root");
    decided_by(link, "Mesh", ref_of(&judging->from->spec->meta), judging->from->spec->meta.place);
}

/* --- policy --- */

static void judge_policy(struct judging *judging)
{
    static const enum call_state states[] = {
        [PERMISSION_ALL] = CALL_YES,
        [PERMISSION_SOME] = CALL_LIMITED,
        [PERMISSION_UNKNOWN] = CALL_UNKNOWN,
        [PERMISSION_NONE] = CALL_NO,
    };
    const struct destination *destination = judging->call->destination;
    const struct permission_ruling ruling = permission_find(
        permission_table_new(judging->plan, judging->arena), &judging->call->caller, destination);
    struct call_link *link = add(judging, CALL_POLICY, states[ruling.permission], "%s",
                                 permission_text(&ruling, judging->arena));

    if (ruling.kind)
        decided_by(link, ruling.kind, ruling.ref, ruling.place);
    else
        decided_by(link, "Destination", ref_of(&destination->meta),
                   object_place_of_destination(destination, judging->arena));
}

/* --- all of it --- */

static bool judge_way(struct judging *judging)
{
    if (!judge_virtual_mesh(judging) || !judge_federation(judging))
        return false;
    judge_dns(judging);
    judge_gateway(judging);
    return true;
}

void call_judge(struct call *out, const struct plan *plan, const struct caller *caller,
                const struct destination *destination, struct arena *arena)
{
    struct judging judging = { .call = out,
                               .plan = plan,
                               .resolved = plan->resolved,
                               .from = caller->mesh,
                               .home = resolved_mesh_of(plan->resolved, destination),
                               .service = destination->service,
                               .arena = arena };
    const bool between = !text_equal(judging.from->cluster, judging.home->cluster);

    *out = (struct call){ .caller = *caller, .destination = destination };
    judge_caller(&judging);
    judge_service(&judging);
    if (!between)
        out->host =
            name_local(judging.service->ref,
                       specs_cluster_domain(plan->resolved->specs, judging.home->cluster), arena);
    if (!between || judge_way(&judging))
        judge_trust(&judging, between);
    judge_policy(&judging);
}

static int by_cluster(const void *a, const void *b)
{
    const struct destination *left = *(const struct destination *const *)a;
    const struct destination *right = *(const struct destination *const *)b;

    return strcmp(left->service->ref.cluster, right->service->ref.cluster);
}

int call_services(const struct destination ***out, size_t *count, const struct resolved *resolved,
                  const char *text, struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    for (size_t i = 0; i < resolved->target_count; i++) {
        const struct destination *one = resolved->targets[i].destination;
        const char *name = cluster_ref_text(one->service->ref, arena);

        if (text_equal(name, text) || text_equal(strchr(name, '/') + 1, text))
            *ARENA_PUSH(arena, *out, *count) = one;
    }
    if (!*count)
        return err_set(err, ERR_INPUT, 0,
                       "the specs have no Service %s in an Istio mesh; write NAMESPACE/NAME or "
                       "CLUSTER/NAMESPACE/NAME of a Destination",
                       text);
    qsort(*out, *count, sizeof **out, by_cluster);
    return 0;
}
