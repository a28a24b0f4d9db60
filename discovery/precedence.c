/* discovery/precedence.c - who wins: the specs, or what was found.  Pure.
 * Everything is compared by what it describes, never by what it is called, because names of found
 * objects are made by rule and those of the specs by people.  The claims of the specs (claim.h)
 * answer for each found object whether it counts; what is left of the found ones then points to the
 * Mesh that counts.  A found object of a mesh that does not count is left out with it, so no tree
 * of an inventory can attach a Service of one cluster to the mesh of another.
 *
 * The found Services and workloads are most of what a pass has in memory, so those that count stay
 * in their own array and close ranks there: as many are written as were read, or fewer.  Only when
 * the specs add some do they move to a larger one. */
#include "discovery/precedence.h"

#include "api/annotation.h"
#include "api/meta.h"
#include "api/object_place.h"
#include "api/specs_index.h"
#include "base/map.h"
#include "discovery/claim.h"
#include "discovery/completion.h"
#include "discovery/contradiction.h"
#include "discovery/remark.h"
#include <stdlib.h>

struct precedence {
    struct specs *out;
    struct findings *findings;
    const struct specs *specs;
    struct specs *found;
    struct claims claims;
    struct map *meshes; /* key of a found Mesh to the reference that counts in its place */
    bool unsure;        /* the specs may exclude Services that are not known */
    size_t waiting;     /* found Services that wait for that to be known */
    struct arena *arena;
};

static bool is_set(const struct meta *meta, const char *annotation)
{
    return text_equal(meta_annotation(meta, annotation), "true");
}

/* --- places and names of what was found --- */

static void set_place(struct meta *meta, struct arena *arena, struct place place)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const struct object_ref ref = { meta->name, meta->namespace };

    meta->place = place;
    if (!text_equal(meta->key, object_ref_key(ref, scratch)))
        meta->key = object_ref_key(ref, arena);
}

/* The name of a found object that another object of the specs has: then it cannot be used, and the
 * specs' one is not touched.  The caller says where the found one is. */
static bool name_is_taken(struct precedence *at, enum object_kind kind, const struct meta *meta,
                          const char *what, struct cluster_ref thing)
{
    const struct object_ref ref = { meta->name, meta->namespace };

    if (!claims_name(&at->claims, kind, ref))
        return false;
    remark_add(at->findings, REMARK_NAME_OF_SPECS, object_kind_name(kind), ref, what,
               arena_printf(at->arena, "%s%s%s", thing.namespace,
                            *thing.name && *thing.namespace ? "/" : "", thing.name),
               thing.cluster);
    return true;
}

/* --- kind by kind --- */

static bool cluster_is_excluded(const struct precedence *at, const char *cluster)
{
    return claims_exclude(&at->claims, KIND_KUBERNETES_CLUSTER,
                          (struct cluster_ref){ "", "", cluster });
}

static const struct kubernetes_cluster *found_cluster(const struct precedence *at, const char *name)
{
    for (size_t i = 0; i < at->found->cluster_count; i++)
        if (text_equal(at->found->clusters[i].meta.name, name))
            return &at->found->clusters[i];
    return NULL;
}

static void add_clusters(struct precedence *at)
{
    struct specs *out = at->out;

    out->clusters = NULL;
    out->cluster_count = 0;
    for (size_t i = 0; i < at->found->cluster_count; i++) {
        struct kubernetes_cluster found = at->found->clusters[i];
        const struct claim *claim =
            claims_find(&at->claims, KIND_KUBERNETES_CLUSTER, claim_of_cluster(&found));

        set_place(&found.meta, at->arena,
                  place_of_object(arena_printf(at->arena, "cluster %s", found.meta.name)));
        if (claim)
            continue;
        if (name_is_taken(at, KIND_KUBERNETES_CLUSTER, &found.meta, "the cluster itself",
                          claim_of_cluster(&found)))
            remark_place(at->findings, found.meta.place, "");
        else
            *ARENA_PUSH(at->arena, out->clusters, out->cluster_count) = found;
    }
    for (size_t i = 0; i < at->specs->cluster_count; i++) {
        struct kubernetes_cluster own = at->specs->clusters[i];
        const struct kubernetes_cluster *found = found_cluster(at, own.meta.name);

        if (claims_exclude(&at->claims, KIND_KUBERNETES_CLUSTER, claim_of_cluster(&own)))
            continue;
        if (found && is_set(&own.meta, ANNOTATION_MERGE))
            completion_cluster(&own, found, at->arena);
        *ARENA_PUSH(at->arena, out->clusters, out->cluster_count) = own;
    }
}

static void name_mesh(struct precedence *at, const struct mesh *found, struct object_ref ref)
{
    struct object_ref *counts = ARENA_NEW(at->arena, struct object_ref, 1);

    *counts = ref;
    map_put(at->meshes, arena_printf(at->arena, "%s %s", found->cluster, found->meta.key), counts);
}

static void add_found_mesh(struct precedence *at, const struct mesh *from)
{
    struct mesh found = *from;
    const struct claim *claim = claims_find(&at->claims, KIND_MESH, claim_of_mesh(from));
    const struct mesh *own = claim ? claim->object : NULL;

    set_place(&found.meta, at->arena,
              place_of_object(arena_printf(at->arena, "cluster %s: istiod in namespace %s",
                                           found.cluster, found.namespace)));
    if (cluster_is_excluded(at, found.cluster) || (claim && claim->kind == CLAIM_EXCLUDE))
        return;
    if (claim) {
        name_mesh(at, &found, claim->ref);
        if (claim->kind == CLAIM_REPLACE)
            contradiction_mesh(at->findings, own, &found);
        return;
    }
    if (specs_is_refused(at->specs, KIND_MESH,
                         (struct object_ref){ found.meta.name, found.meta.namespace })) {
        /* What the refused one describes is not known; what depends on it waits for it. */
        name_mesh(at, &found, (struct object_ref){ found.meta.name, found.meta.namespace });
        return;
    }
    if (name_is_taken(at, KIND_MESH, &found.meta, "istiod in namespace", claim_of_mesh(&found))) {
        remark_place(at->findings, found.meta.place, "");
        return;
    }
    name_mesh(at, &found, (struct object_ref){ found.meta.name, found.meta.namespace });
    *ARENA_PUSH(at->arena, at->out->meshes, at->out->mesh_count) = found;
}

static const struct mesh *found_mesh_about(const struct precedence *at, const struct mesh *own)
{
    for (size_t i = 0; i < at->found->mesh_count; i++)
        if (text_equal(at->found->meshes[i].cluster, own->cluster)
            && text_equal(at->found->meshes[i].namespace, own->namespace))
            return &at->found->meshes[i];
    return NULL;
}

static void add_meshes(struct precedence *at)
{
    struct specs *out = at->out;

    out->meshes = NULL;
    out->mesh_count = 0;
    for (size_t i = 0; i < at->found->mesh_count; i++)
        add_found_mesh(at, &at->found->meshes[i]);
    for (size_t i = 0; i < at->specs->mesh_count; i++) {
        struct mesh own = at->specs->meshes[i];
        const struct mesh *found = found_mesh_about(at, &own);

        if (claims_exclude(&at->claims, KIND_MESH, claim_of_mesh(&own)))
            continue;
        if (found && is_set(&own.meta, ANNOTATION_MERGE))
            completion_mesh(&own, found, at->arena);
        *ARENA_PUSH(at->arena, out->meshes, out->mesh_count) = own;
    }
}

/* False: its mesh does not count, or is one of another cluster. */
static bool point_to_mesh(const struct precedence *at, const char *cluster, struct object_ref *mesh)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const struct object_ref *counts = map_find(
        at->meshes, arena_printf(scratch, "%s %s", cluster, object_ref_key(*mesh, scratch)));

    if (counts)
        *mesh = *counts;
    return counts != NULL;
}

/* While the specs may exclude any Service, what is deployed for found ones stays as it is
 * (translate/retain.c) and nothing is added; gateways, which are not offered, count. */
static bool waits(struct precedence *at, const struct destination *found)
{
    if (!at->unsure || meta_annotation(&found->meta, ANNOTATION_GATEWAY))
        return false;
    at->waiting++;
    return true;
}

static void add_found_destination(struct precedence *at, const struct destination *from)
{
    struct destination found = *from;
    const struct cluster_ref thing = found.service->ref;
    const struct claim *claim = claims_find(&at->claims, KIND_DESTINATION, thing);

    set_place(&found.meta, at->arena, OBJECT_PLACE_FOUND);
    if (!point_to_mesh(at, thing.cluster, &found.mesh))
        return;
    if (claim) {
        if (claim->kind == CLAIM_REPLACE)
            contradiction_destination(at->findings, claim->object, &found);
        return;
    }
    if (waits(at, &found))
        return;
    if (name_is_taken(at, KIND_DESTINATION, &found.meta, "Service", thing)) {
        remark_place(at->findings, object_place_of_destination(&found, at->arena), "");
        return;
    }
    at->out->destinations[at->out->destination_count++] = found;
}

/* Of a large fleet these maps would be more than its objects, and most specs complete nothing. */
static bool completes_destinations(const struct specs *specs)
{
    for (size_t i = 0; i < specs->destination_count; i++)
        if (is_set(&specs->destinations[i].meta, ANNOTATION_MERGE))
            return true;
    return false;
}

static bool completes_workloads(const struct specs *specs)
{
    for (size_t i = 0; i < specs->workload_count; i++)
        if (is_set(&specs->workloads[i].meta, ANNOTATION_MERGE))
            return true;
    return false;
}

static struct map *found_services(const struct precedence *at)
{
    struct map *services = map_new(at->arena);

    if (!completes_destinations(at->specs))
        return services;
    for (size_t i = 0; i < at->found->destination_count; i++)
        if (at->found->destinations[i].service)
            map_put(
                services,
                claim_thing(KIND_DESTINATION, at->found->destinations[i].service->ref, at->arena),
                &at->found->destinations[i]);
    return services;
}

static void complete_destination(struct precedence *at, struct destination *own,
                                 const struct map *services)
{
    const struct destination *found =
        own->service
            ? map_find(services, claim_thing(KIND_DESTINATION, own->service->ref, at->arena))
            : NULL;
    struct object_ref mesh;

    if (!found)
        return;
    mesh = found->mesh;
    completion_destination(own, found, at->arena);
    if (object_ref_equal(own->mesh, mesh) && point_to_mesh(at, own->service->ref.cluster, &mesh))
        own->mesh = mesh;
}

static void add_destinations(struct precedence *at)
{
    struct specs *out = at->out;
    const struct map *services = found_services(at);

    out->destinations = at->found->destinations;
    if (at->specs->destination_count)
        out->destinations = ARENA_NEW(at->arena, struct destination,
                                      at->found->destination_count + at->specs->destination_count);
    out->destination_count = 0;
    for (size_t i = 0; i < at->found->destination_count; i++)
        if (at->found->destinations[i].service)
            add_found_destination(at, &at->found->destinations[i]);
    for (size_t i = 0; i < at->specs->destination_count; i++) {
        struct destination own = at->specs->destinations[i];

        if (own.service && claims_exclude(&at->claims, KIND_DESTINATION, own.service->ref))
            continue;
        if (is_set(&own.meta, ANNOTATION_MERGE))
            complete_destination(at, &own, services);
        out->destinations[out->destination_count++] = own;
    }
}

static void add_found_workload(struct precedence *at, const struct workload *from)
{
    struct workload found = *from;
    const struct cluster_ref thing = found.controller;
    const struct claim *claim = claims_find(&at->claims, KIND_WORKLOAD, thing);

    set_place(&found.meta, at->arena, OBJECT_PLACE_FOUND);
    if (!point_to_mesh(at, thing.cluster, &found.mesh))
        return;
    if (claim) {
        if (claim->kind == CLAIM_REPLACE)
            contradiction_workload(at->findings, claim->object, &found);
        return;
    }
    if (name_is_taken(at, KIND_WORKLOAD, &found.meta, "workload", thing)) {
        remark_place(at->findings, object_place_of_workload(&found, at->arena), "");
        return;
    }
    at->out->workloads[at->out->workload_count++] = found;
}

static struct map *found_controllers(const struct precedence *at)
{
    struct map *controllers = map_new(at->arena);

    if (!completes_workloads(at->specs))
        return controllers;
    for (size_t i = 0; i < at->found->workload_count; i++)
        map_put(controllers,
                claim_thing(KIND_WORKLOAD, at->found->workloads[i].controller, at->arena),
                &at->found->workloads[i]);
    return controllers;
}

static void add_workloads(struct precedence *at)
{
    struct specs *out = at->out;
    const struct map *controllers = found_controllers(at);

    out->workloads = at->found->workloads;
    if (at->specs->workload_count)
        out->workloads = ARENA_NEW(at->arena, struct workload,
                                   at->found->workload_count + at->specs->workload_count);
    out->workload_count = 0;
    for (size_t i = 0; i < at->found->workload_count; i++)
        add_found_workload(at, &at->found->workloads[i]);
    for (size_t i = 0; i < at->specs->workload_count; i++) {
        struct workload own = at->specs->workloads[i];
        const struct workload *found =
            map_find(controllers, claim_thing(KIND_WORKLOAD, own.controller, at->arena));

        if (claims_exclude(&at->claims, KIND_WORKLOAD, own.controller))
            continue;
        if (found && is_set(&own.meta, ANNOTATION_MERGE)) {
            completion_workload(&own, found, at->arena);
            if (object_ref_equal(own.mesh, found->mesh))
                (void)point_to_mesh(at, own.controller.cluster, &own.mesh);
        }
        out->workloads[out->workload_count++] = own;
    }
}

/* --- order --- */

#define BY_KEY(type)                                                                               \
    static int by_##type##_key(const void *a, const void *b)                                       \
    {                                                                                              \
        return strcmp(((const struct type *)a)->meta.key, ((const struct type *)b)->meta.key);     \
    }
BY_KEY(kubernetes_cluster)
BY_KEY(mesh)
BY_KEY(destination)
BY_KEY(workload)

static void sort_all(struct specs *out)
{
    if (out->cluster_count)
        qsort(out->clusters, out->cluster_count, sizeof *out->clusters, by_kubernetes_cluster_key);
    if (out->mesh_count)
        qsort(out->meshes, out->mesh_count, sizeof *out->meshes, by_mesh_key);
    if (out->destination_count)
        qsort(out->destinations, out->destination_count, sizeof *out->destinations,
              by_destination_key);
    if (out->workload_count)
        qsort(out->workloads, out->workload_count, sizeof *out->workloads, by_workload_key);
}

/* A file that cannot be read may hold an exclusion, and so may a Destination of which the Service
 * cannot be read. */
static bool is_unsure(const struct specs *specs)
{
    for (const struct refused *at = specs->refused; at; at = at->next)
        if (at->kind == KIND_DESTINATION
            && (!*at->about.name || !*at->about.namespace || !*at->about.cluster))
            return true;
    return specs->incomplete;
}

void precedence_apply(struct specs *out, struct findings *findings, const struct specs *specs,
                      struct specs *found, struct arena *arena)
{
    struct precedence at = { .out = out,
                             .findings = findings,
                             .specs = specs,
                             .found = found,
                             .claims = claims_of_specs(specs, arena),
                             .meshes = map_new(arena),
                             .unsure = is_unsure(specs),
                             .arena = arena };

    *out = *specs;
    add_clusters(&at);
    add_meshes(&at);
    add_destinations(&at);
    add_workloads(&at);
    if (at.waiting)
        remark_add(findings, REMARK_SPECS_UNSURE, "", (struct object_ref){ "", "" }, at.waiting);
    sort_all(out);
    out->index = specs_index_new(out, arena);
    *found = (struct specs){ .pod_namespace = found->pod_namespace };
}
