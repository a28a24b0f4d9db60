/* translate/federate.c - which Destinations are federated to which meshes.  Renders nothing.
 *
 * Selectors name meshes and Services; an export needs the meshes that import it. A selector's
 * meshes are worked out once for each virtual mesh, and a Destination's importers are a text with
 * one byte for each member. Equal texts become one struct importers, so later stages compare
 * pointers, and render once what several Services share.
 *
 * Two sets are kept for each export: selected, by what the specs say, and importers, without
 * meshes whose clients could not resolve the host. They differ because the second decides what is
 * written, while the first must keep what was written before from being removed. An export with an
 * error is retained, not dropped: its previous files stay, since nothing shows that its author
 * wants its clients cut off. */
#include "translate/federate.h"
#include "api/annotation.h"
#include "api/meta.h"
#include "api/selector_match.h"

#include "translate/endpoint.h"
#include "translate/entry_limit.h"
#include "translate/federated_host.h"
#include "translate/messages.h"
#include "translate/name.h"
#include "translate/protocol.h"
#include <string.h>

/* The meshes that each federation selector names, worked out once for each VirtualMesh. */
struct reach {
    const struct resolved_virtual_mesh *virtual_mesh;
    char **members; /* for each selector, one byte for each mesh */
    char *scratch;  /* of the current Destination */
    struct map *importers;
};

static void fill_members(const struct resolved_virtual_mesh *virtual_mesh,
                         const struct federation_selector *selector, char *members)
{
    memset(members, selector->mesh_count ? '0' : '1', virtual_mesh->mesh_count);
    for (size_t i = 0; i < selector->mesh_count; i++)
        for (size_t k = 0; k < virtual_mesh->mesh_count; k++)
            if (object_ref_equal(
                    selector->meshes[i],
                    (struct object_ref){ virtual_mesh->meshes[k]->spec->meta.name,
                                         virtual_mesh->meshes[k]->spec->meta.namespace }))
                members[k] = '1';
}

static void reach_init(struct reach *reach, const struct resolved_virtual_mesh *virtual_mesh,
                       struct arena *arena)
{
    const struct federation *federation;

    reach->virtual_mesh = virtual_mesh;
    if (!virtual_mesh->federates)
        return;
    federation = &virtual_mesh->spec->federation;
    reach->members = ARENA_NEW(arena, char *, federation->selector_count);
    for (size_t i = 0; i < federation->selector_count; i++) {
        reach->members[i] = ARENA_NEW(arena, char, virtual_mesh->mesh_count + 1);
        fill_members(virtual_mesh, &federation->selectors[i], reach->members[i]);
    }
    reach->scratch = ARENA_NEW(arena, char, virtual_mesh->mesh_count + 1);
    reach->importers = map_new(arena);
}

/* An east-west gateway that discovery marked is the way to other Services, and seldom one to offer:
 * it counts only when its name is given. */
static bool is_selected(const struct federation_selector *selector,
                        const struct destination *destination)
{
    if (!meta_annotation(&destination->meta, ANNOTATION_GATEWAY))
        return selector_match_any(selector->destinations, selector->destination_count,
                                  destination->service);
    for (size_t i = 0; i < selector->destination_count; i++)
        for (size_t k = 0; k < selector->destinations[i].service_count; k++)
            if (cluster_ref_equal(selector->destinations[i].services[k], destination->service->ref))
                return true;
    return false;
}

/* Who is asked to get it, in reach->scratch. */
static void ask(struct reach *reach, const struct destination *destination)
{
    const bool marked = meta_annotation(&destination->meta, ANNOTATION_GATEWAY) != NULL;
    const struct federation *federation = &reach->virtual_mesh->spec->federation;
    const size_t count = reach->virtual_mesh->mesh_count;

    memset(reach->scratch,
           !federation->selector_count && federation->permissive && !marked ? '1' : '0', count);
    for (size_t i = 0; i < federation->selector_count; i++) {
        if (!is_selected(&federation->selectors[i], destination))
            continue;
        for (size_t k = 0; k < count; k++)
            if (reach->members[i][k] == '1')
                reach->scratch[k] = '1';
        if (!federation->selectors[i].mesh_count)
            break;
    }
}

/* Its own mesh has it already, and so has every other mesh of its cluster (Q47). */
static bool remove_own(struct reach *reach, const struct resolved_mesh *home)
{
    bool any = false;

    for (size_t k = 0; k < reach->virtual_mesh->mesh_count; k++) {
        if (text_equal(reach->virtual_mesh->meshes[k]->cluster, home->cluster))
            reach->scratch[k] = '0';
        any |= reach->scratch[k] == '1';
    }
    return any;
}

static void remove_without_dns_capture(struct reach *reach, struct target_status *status,
                                       struct arena *arena)
{
    for (size_t k = 0; k < reach->virtual_mesh->mesh_count; k++) {
        const struct resolved_mesh *mesh = reach->virtual_mesh->meshes[k];

        if (reach->scratch[k] == '0' || !mesh->no_dns_capture)
            continue;
        reach->scratch[k] = '0';
        messages_share(&status->errors, arena, messages_origin(mesh->no_dns_capture, 0),
                       mesh->no_dns_capture->texts[0]);
    }
}

static const struct importers *importers_of(struct resolved *resolved, struct reach *reach,
                                            struct arena *arena)
{
    struct importers *importers = map_find(reach->importers, reach->scratch);

    if (!importers) {
        importers = ARENA_NEW(arena, struct importers, 1);
        importers->virtual_mesh = reach->virtual_mesh;
        importers->members = arena_text(arena, reach->scratch);
        importers->index = resolved->importers_count++;
        map_put(reach->importers, importers->members, importers);
    }
    return importers;
}

static bool has_tcp(const struct kube_service *service)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (protocol_is_tcp(&service->ports[i]))
            return true;
    return false;
}

static void warn_ports(const struct kube_service *service, struct messages *warnings,
                       struct arena *arena)
{
    for (size_t i = 0; i < service->port_count; i++)
        if (!protocol_is_tcp(&service->ports[i]))
            messages_add(warnings, arena, W6_PORT_SKIPPED,
                         text_empty(service->ports[i].name)
                             ? arena_printf(arena, "%u", service->ports[i].port)
                             : service->ports[i].name,
                         service->ports[i].protocol);
    if (!has_tcp(service))
        messages_add(warnings, arena, W7_NO_PORT);
}

/* No client can use a ServiceEntry without endpoints; that is no mistake, so the previous one stays
 * for a while. */
static bool lacks_pods(const struct export *export)
{
    const struct kube_service *service = export->destination->service;

    return !export->home->virtual_mesh->flat
           && !endpoint_selects_pods(service, export->home->dialect) && !endpoint_has_pods(service);
}

static void check_export(const struct resolved *resolved, struct export *export,
                         struct target_status *status, struct arena *arena)
{
    const struct kube_service *service = export->destination->service;
    const struct resolved_mesh *home = export->home;
    struct messages *errors = &status->errors;

    if (!text_equal(service->ref.cluster, home->cluster))
        messages_add(errors, arena, D10_CLUSTER, service->ref.cluster, home->spec->meta.namespace,
                     home->spec->meta.name, home->cluster);
    federated_host_check(service->ref, export->host, errors, arena);
    messages_append(errors, arena, &home->unreachable);
    if (home->virtual_mesh->flat && !endpoint_has_pods(service))
        messages_add(errors, arena, D8_FLAT_NO_ENDPOINT);
    entry_limit_check(resolved, export, errors, arena);
    if (lacks_pods(export))
        messages_add(&status->warnings, arena, W15_NO_PODS);
    export->retained = errors->count > 0 || lacks_pods(export);
}

static struct target_status *add_status(struct vm_status *status, const char *key)
{
    struct target_status *target = &status->destinations[status->destination_count++];

    target->key = key;
    return target;
}

static void add_export(struct resolved *resolved, struct reach *reach,
                       const struct destination *destination, const struct resolved_mesh *home,
                       struct arena *arena)
{
    struct target_status *status =
        add_status(&reach->virtual_mesh->plan->status, destination->meta.key);
    struct export *export = &resolved->exports[resolved->export_count];

    warn_ports(destination->service, &status->warnings, arena);
    if (!has_tcp(destination->service))
        return;
    resolved->export_count++;
    export->destination = destination;
    export->home = home;
    export->status = status;
    export->host = name_federated(destination->service->ref,
                                  reach->virtual_mesh->spec->federation.hostname_suffix, arena);
    check_export(resolved, export, status, arena);
    export->selected = importers_of(resolved, reach, arena);
    remove_without_dns_capture(reach, status, arena);
    export->importers = importers_of(resolved, reach, arena);
}

static bool names(const struct federation_selector *selector, const struct mesh *mesh)
{
    const struct object_ref ref = { mesh->meta.name, mesh->meta.namespace };

    for (size_t i = 0; i < selector->mesh_count; i++)
        if (object_ref_equal(selector->meshes[i], ref))
            return true;
    return selector->mesh_count == 0;
}

size_t federate_selector(const struct resolved_mesh *home, const struct destination *destination,
                         const struct resolved_mesh *client)
{
    const struct federation *federation = &home->virtual_mesh->spec->federation;

    for (size_t i = 0; i < federation->selector_count; i++)
        if (is_selected(&federation->selectors[i], destination)
            && names(&federation->selectors[i], client->spec))
            return i;
    return !federation->selector_count && federation->permissive
                   && !meta_annotation(&destination->meta, ANNOTATION_GATEWAY)
               ? FEDERATE_PERMISSIVE
               : FEDERATE_NONE;
}

bool federate_selects_any(const struct resolved_mesh *home, struct arena *arena)
{
    struct reach reach;

    reach_init(&reach, home->virtual_mesh, arena);
    for (size_t i = 0; i < home->destination_count; i++) {
        ask(&reach, home->destinations[i]);
        if (remove_own(&reach, home))
            return true;
    }
    return false;
}

static void make_room(struct resolved *resolved, struct resolved_virtual_mesh *virtual_mesh,
                      struct arena *arena)
{
    size_t count = 0;

    for (size_t i = 0; virtual_mesh->federates && i < virtual_mesh->mesh_count; i++)
        count += virtual_mesh->meshes[i]->destination_count;
    virtual_mesh->plan->status.destinations = ARENA_NEW(arena, struct target_status, count);
    resolved->export_count += count;
}

void federate_exports(struct resolved *resolved, struct arena *arena)
{
    struct reach *reaches = ARENA_NEW(arena, struct reach, resolved->virtual_mesh_count);

    for (size_t i = 0; i < resolved->virtual_mesh_count; i++) {
        reach_init(&reaches[i], &resolved->virtual_meshes[i], arena);
        make_room(resolved, &resolved->virtual_meshes[i], arena);
    }
    resolved->exports = ARENA_NEW(arena, struct export, resolved->export_count);
    resolved->export_count = 0;
    for (size_t i = 0; i < resolved->specs->destination_count; i++) {
        struct resolved_mesh *home = resolved->destination_meshes[i];
        struct reach *reach;

        if (!home || !home->virtual_mesh || !home->virtual_mesh->federates)
            continue;
        reach = &reaches[home->virtual_mesh - resolved->virtual_meshes];
        ask(reach, &resolved->specs->destinations[i]);
        if (remove_own(reach, home))
            add_export(resolved, reach, &resolved->specs->destinations[i], home, arena);
    }
}
