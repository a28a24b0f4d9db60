/* discovery/discovery.c - the read of one cluster, step by step.  Pure.
 * The steps refuse more and more specific things: is it complete, is it the same cluster, is it
 * plausible, do its revisions agree.  Until all of that holds nothing of the former inventory is
 * touched; afterwards additions and changes are taken, and removals are damped and limited. */
#include "discovery/discovery.h"

#include "api/object_name.h"
#include "base/clock.h"
#include "discovery/admission.h"
#include "discovery/cluster_identity.h"
#include "discovery/completeness.h"
#include "discovery/found_gateway.h"
#include "discovery/found_mesh.h"
#include "discovery/found_workload.h"
#include "discovery/missing.h"
#include "discovery/pod_addresses.h"

static const char *const outcome_names[] = {
    [DISCOVERY_READ] = "ok", [DISCOVERY_KEPT] = "kept", [DISCOVERY_REFUSED] = "refused"
};
const struct enum_table discovery_outcomes = ENUM_TABLE(outcome_names);

static int begin(struct scan *scan, const struct discovery_request *request, struct err *err)
{
    const struct facts *facts = request->facts;

    if (request->refusal)
        return err_set(err, ERR_REFUSED, 0, "%s", request->refusal);
    if (completeness_check(facts, request->settings, err) < 0
        || cluster_identity_check(facts, request->former, request->replaced, err) < 0
        || control_planes_find(&scan->planes, facts, request->settings, scan->findings, scan->arena,
                               err)
               < 0)
        return -1;
    if (!request->allow_removals && completeness_plausible(scan, err) < 0)
        return -1;
    completeness_remark(facts, request->former->known, scan->findings);
    scan->injections = found_workload_injections(scan);
    scan->candidates = found_gateway_candidates(scan);
    return 0;
}

/* A Mesh keeps the name that it has in the last inventory, found by the namespace of its istiod:
 * VirtualMeshes refer to it by that name. */
static int add_meshes(struct discovery *out, const struct scan *scan, struct map *taken,
                      struct err *err)
{
    struct inventory *inventory = &out->inventory;

    for (size_t i = 0; i < scan->planes.count; i++) {
        struct control_plane *plane = &scan->planes.items[i];
        const struct mesh *former = inventory_mesh(scan->former, plane->namespace);
        struct mesh mesh;
        bool there;

        plane->mesh = former ? former->meta.name
                             : object_name_new(taken, "Mesh", "istiod", plane->namespace,
                                               scan->facts->cluster, scan->arena);
        if (found_mesh_object(&mesh, &there, scan, plane, &out->damping, err) < 0)
            return -1;
        if (there && admission_mesh(&mesh, scan, err) < 0)
            return -1;
        if (there)
            *ARENA_PUSH(scan->arena, inventory->meshes, inventory->mesh_count) = mesh;
    }
    return 0;
}

/* The name of a new object, kind as object_name_new takes it; a finding when it is not the plain
 * one. */
static const char *name_of(const struct scan *scan, struct map *taken, const char *kind,
                           const char *name, const char *namespace)
{
    const char *cluster = scan->facts->cluster;
    const char *out = object_name_new(taken, kind, name, namespace, cluster, scan->arena);
    const char *plain = object_name_plain(name, namespace, cluster, scan->arena);

    if (!text_equal(out, plain))
        remark_add(scan->findings, REMARK_NAME_TAKEN,
                   text_equal(kind, "Destination") ? "Service" : "Workload",
                   scan_ref(name, namespace), plain, out);
    return out;
}

static const char *destination_name(const struct scan *scan, struct map *taken,
                                    const struct fact_service *fact)
{
    const struct destination *former =
        inventory_destination(scan->former, fact->namespace, fact->name);

    return former ? former->meta.name
                  : name_of(scan, taken, "Destination", fact->name, fact->namespace);
}

/* Workloads of different kinds have different endings, so their names do not meet either. */
static const char *workload_key(enum workload_kind kind)
{
    static const char *const keys[] = { [WORKLOAD_DEPLOYMENT] = "Workload deployment",
                                        [WORKLOAD_DAEMON_SET] = "Workload daemonset",
                                        [WORKLOAD_STATEFUL_SET] = "Workload statefulset" };

    return keys[kind];
}

static void add_workload(struct discovery *out, const struct scan *scan, struct map *taken,
                         const struct fact_workload *fact, const struct injection *injection)
{
    struct inventory *inventory = &out->inventory;
    const char *name = name_of(scan, taken, workload_key(fact->kind), fact->name, fact->namespace);
    const struct workload workload = found_workload_object(scan, fact, injection, name);

    if (admission_workload(&workload, scan))
        *ARENA_PUSH(scan->arena, inventory->workloads, inventory->workload_count) = workload;
}

static void add_workloads(struct discovery *out, const struct scan *scan, struct map *taken)
{
    for (size_t i = 0; i < scan->facts->workload_count; i++) {
        const struct fact_workload *fact = &scan->facts->workloads[i];
        const struct injection *injection = &scan->injections[i];

        if (injection->plane && inventory_mesh(&out->inventory, injection->plane->namespace))
            add_workload(out, scan, taken, fact, injection);
    }
}

/* After the Meshes: a Service counts only where the Mesh of its workloads does, so a revision that
 * is not taken yet exports nothing. */
static void judge_services(struct discovery *out, const struct scan *scan)
{
    const size_t count = scan->facts->service_count;
    struct found_service *found = ARENA_NEW(scan->arena, struct found_service, count);

    for (size_t i = 0; i < count; i++) {
        found[i] = found_service_judge(scan, &scan->facts->services[i]);
        if (found[i].reason == LEFT_OUT_NOT
            && !inventory_mesh(&out->inventory, found[i].plane->namespace))
            found[i].reason = LEFT_OUT_NOT_IN_MESH;
    }
    out->services = found;
    out->service_count = count;
}

static void list_left_out(struct discovery *out, struct arena *arena)
{
    for (size_t i = 0; i < out->service_count; i++) {
        const struct found_service *found = &out->services[i];

        if (found->reason != LEFT_OUT_NOT)
            *ARENA_PUSH(arena, out->left_out.items, out->left_out.count) =
                (struct left_out){ found->fact->namespace, found->fact->name, found->reason,
                                   found->mesh_pods };
    }
}

/* The Destination of a Service, unless the API would refuse it. */
static bool make_destination(struct destination *out, const struct scan *scan,
                             struct found_service *found, struct map *taken)
{
    if (found->reason != LEFT_OUT_NOT)
        return false;
    *out = found_service_destination(scan, found, destination_name(scan, taken, found->fact));
    if (!admission_destination(out, scan))
        found->reason = LEFT_OUT_INVALID;
    return found->reason == LEFT_OUT_NOT;
}

static void add_destinations(struct discovery *out, const struct scan *scan, struct map *taken)
{
    struct inventory *inventory = &out->inventory;
    const struct fact_service **facts =
        ARENA_NEW(scan->arena, const struct fact_service *, out->service_count);

    for (size_t i = 0; i < out->service_count; i++) {
        struct destination destination;

        if (!make_destination(&destination, scan, &out->services[i], taken))
            continue;
        facts[inventory->destination_count] = out->services[i].fact;
        *ARENA_PUSH(scan->arena, inventory->destinations, inventory->destination_count) =
            destination;
    }
    found_gateway_mark(inventory->destinations, facts, inventory->destination_count, scan);
    for (size_t i = 0; i < inventory->destination_count; i++) {
        missing_addresses(&inventory->destinations[i], scan, &out->damping);
        pod_addresses_settle(&inventory->destinations[i], scan, &out->damping);
    }
}

/* The kind is the ending of the name, because a Workload object does not have it in a field. */
static void reserve_workload(struct map *taken, const struct workload *workload,
                             struct arena *arena)
{
    const struct cluster_ref ref = workload->controller;
    const char *name = workload->meta.name;

    for (int kind = WORKLOAD_DEPLOYMENT; kind <= WORKLOAD_STATEFUL_SET; kind++) {
        const char *end = arena_printf(arena, "-%s", enums_name(&workload_kinds, kind));

        if (text_ends(name, end))
            object_name_reserve(taken, workload_key((enum workload_kind)kind),
                                arena_bytes(arena, name, strlen(name) - strlen(end)), ref.name,
                                ref.namespace, ref.cluster, arena);
    }
}

void discovery_reserve(struct map *taken, const struct inventory *former, struct arena *arena)
{
    for (size_t i = 0; i < former->mesh_count; i++)
        object_name_reserve(taken, "Mesh", former->meshes[i].meta.name, "istiod",
                            former->meshes[i].namespace, former->cluster, arena);
    for (size_t i = 0; i < former->destination_count; i++) {
        const struct cluster_ref ref = former->destinations[i].service->ref;

        object_name_reserve(taken, "Destination", former->destinations[i].meta.name, ref.name,
                            ref.namespace, ref.cluster, arena);
    }
    for (size_t i = 0; i < former->workload_count; i++)
        reserve_workload(taken, &former->workloads[i], arena);
}

static void join_destinations(struct inventory *out, const struct inventory *kept,
                              struct arena *arena)
{
    for (size_t i = 0; i < kept->destination_count; i++)
        *ARENA_PUSH(arena, out->destinations, out->destination_count) = kept->destinations[i];
}

static int read(struct discovery *out, struct scan *scan, const struct discovery_request *request,
                struct err *err)
{
    struct inventory kept = { 0 };

    if (begin(scan, request, err) < 0 || add_meshes(out, scan, request->taken, err) < 0)
        return -1;
    out->inventory.known = true;
    out->inventory.self = found_mesh_cluster(scan);
    judge_services(out, scan);
    missing_destinations(&kept, scan, out->services, out->service_count, &out->damping);
    add_destinations(out, scan, request->taken);
    join_destinations(&out->inventory, &kept, scan->arena);
    list_left_out(out, scan->arena);
    add_workloads(out, scan, request->taken);
    missing_workloads(&out->inventory, scan, &out->damping);
    missing_meshes(&out->inventory, scan, &out->damping);
    inventory_sort(&out->inventory);
    if (!request->allow_removals)
        out->held = removal_limit_hold(&out->inventory, scan, &request->claims);
    return 0;
}

/* The same in each pass that fails. */
static const char *kept_text(const struct discovery_request *request, struct arena *arena)
{
    if (!request->former->known)
        return "nothing is known of it yet";
    return request->read_at ? arena_printf(arena, "it keeps its last inventory, read %s",
                                           clock_text(request->read_at, arena))
                            : "it keeps its last inventory";
}

/* A time of the last read that is not known, as after a state was lost, is long ago.  The texts are
 * the same in each pass. */
static void say_stale(struct discovery *out, const struct discovery_request *request,
                      struct arena *arena)
{
    const int64_t limit = request->settings->stale_after;

    out->stale = limit > 0 && request->former->known
                 && (!request->read_at || request->now - request->read_at > limit);
    if (out->stale)
        remark_add(&out->findings, REMARK_STALE, "KubernetesCluster",
                   (struct object_ref){ request->facts->cluster, "" },
                   request->read_at
                       ? arena_printf(arena, "it was read %s", clock_text(request->read_at, arena))
                       : "when it was read is not known",
                   clock_duration_text(limit, arena));
}

/* The last inventory stays, and so does what is known of things that were missing. */
static void keep(struct discovery *out, const struct discovery_request *request,
                 const struct err *err, struct arena *arena)
{
    *out = (struct discovery){
        .cluster = request->facts->cluster,
        .outcome =
            err->kind == ERR_REFUSED || err->code == 403 ? DISCOVERY_REFUSED : DISCOVERY_KEPT,
        .why = arena_text(arena, err->text),
        .inventory = *request->former,
        .findings = { .arena = arena },
        .damping = { .now = request->now, .arena = arena },
    };
    out->damping.after = UNCONST(request->seen);
    out->damping.after_count = request->seen_count;
    remark_add(&out->findings, REMARK_KEPT, "KubernetesCluster",
               (struct object_ref){ request->facts->cluster, "" }, kept_text(request, arena),
               out->why);
    say_stale(out, request, arena);
}

void discovery_run(struct discovery *out, const struct discovery_request *request,
                   struct arena *arena)
{
    struct scan scan = { .facts = request->facts,
                         .settings = request->settings,
                         .former = request->former,
                         .pod_namespace = request->pod_namespace,
                         .findings = &out->findings,
                         .arena = arena };
    struct err err = { 0 };

    *out = (struct discovery){ .cluster = request->facts->cluster,
                               .why = "",
                               .inventory = { .cluster = request->facts->cluster },
                               .findings = { .arena = arena },
                               .damping = { .before = request->seen,
                                            .before_count = request->seen_count,
                                            .now = request->now,
                                            .arena = arena } };
    if (read(out, &scan, request, &err) < 0)
        keep(out, request, &err, arena);
    out->found = (struct discovery_counts){ out->service_count, out->inventory.destination_count,
                                            out->inventory.workload_count };
}
