/* discovery/found_service.c - Services as Destinations.  Pure.
 * A Service belongs to a mesh when its selector matches the pod template of a workload of that mesh
 * in its namespace.  The checks run from what people decided (exclude, consent) to what follows
 * from the cluster, so the reason that is shown is the one to change. */
#include "discovery/found_service.h"
#include "base/words.h"

#include "api/selector_match.h"
#include "discovery/endpoint_set.h"
#include "discovery/external_address.h"
#include "discovery/found_gateway.h"
#include "discovery/found_mesh.h"
#include "discovery/label_set.h"
#include "discovery/target_port.h"

struct backing { /* the workloads behind a Service */
    size_t all, sidecar, ambient;
    const struct control_plane *plane;
    bool several;
};

static bool is_behind(const struct fact_workload *workload, const struct fact_service *fact)
{
    return selector_match_pods(fact->selector, fact->selector_count, workload->labels,
                               workload->label_count);
}

static const struct injection *injection(const struct scan *scan,
                                         const struct fact_workload *workload)
{
    return &scan->injections[workload - scan->facts->workloads];
}

/* How many workloads of a plane are behind the Service. */
static size_t plane_share(const struct scan *scan, const struct fact_service *fact,
                          const struct control_plane *plane)
{
    size_t count, share = 0;
    const struct fact_workload *all = facts_workloads_in(scan->facts, fact->namespace, &count);

    for (size_t i = 0; i < count; i++)
        share += injection(scan, &all[i])->plane == plane && is_behind(&all[i], fact);
    return share;
}

/* The mesh of most workloads; on a draw the former one, else the first by namespace. */
static void choose_plane(struct backing *out, const struct scan *scan,
                         const struct fact_service *fact)
{
    const struct destination *former =
        inventory_destination(scan->former, fact->namespace, fact->name);
    size_t most = 0;

    for (size_t i = 0; i < scan->planes.count; i++) {
        const struct control_plane *plane = &scan->planes.items[i];
        const size_t share = plane_share(scan, fact, plane);
        const bool is_former = former && text_equal(former->mesh.name, plane->mesh);

        if (share && out->plane)
            out->several = true;
        if (share > most || (share && share == most && is_former)) {
            most = share;
            out->plane = plane;
        }
    }
}

static struct backing find_backing(const struct scan *scan, const struct fact_service *fact)
{
    struct backing out = { 0 };
    size_t count;
    const struct fact_workload *all = facts_workloads_in(scan->facts, fact->namespace, &count);

    for (size_t i = 0; i < count; i++) {
        if (!is_behind(&all[i], fact))
            continue;
        out.all++;
        out.sidecar += injection(scan, &all[i])->dataplane == DATAPLANE_SIDECAR;
        out.ambient += injection(scan, &all[i])->dataplane == DATAPLANE_AMBIENT;
    }
    if (out.sidecar + out.ambient)
        choose_plane(&out, scan, fact);
    return out;
}

/* The Service's own word before that of its Namespace. */
static enum consent consent_of(const struct scan *scan, const struct fact_service *fact)
{
    const struct fact_namespace *namespace = facts_namespace(scan->facts, fact->namespace);

    if (fact->consent != CONSENT_NONE)
        return fact->consent;
    return namespace ? namespace->consent : CONSENT_NONE;
}

static bool names_gateway(const struct scan *scan, const struct fact_service *fact,
                          const char *name)
{
    if (text_equal(name, "*"))
        return true;
    return found_gateway_namespace(scan, text_equal(name, ".") ? fact->namespace : name);
}

/* The annotation is a list joined by commas; "~" means no namespace. */
static bool annotation_exports(const struct scan *scan, const struct fact_service *fact)
{
    const char *list = fact->export_to, *name;

    while ((name = words_next(&list, " ,", scan->arena)))
        if (names_gateway(scan, fact, name))
            return true;
    return false;
}

static bool default_exports(const struct scan *scan, const struct fact_service *fact,
                            const struct mesh_config *config)
{
    if (!config || !config->export_to_count)
        return true;
    for (size_t i = 0; i < config->export_to_count; i++)
        if (names_gateway(scan, fact, config->export_to[i]))
            return true;
    return false;
}

/* Every revision of the mesh must let the gateways see the Service. */
static bool is_visible(const struct scan *scan, const struct fact_service *fact,
                       const struct control_plane *plane)
{
    if (*fact->export_to)
        return annotation_exports(scan, fact);
    for (size_t i = 0; i < plane->revision_count; i++)
        if (!default_exports(scan, fact, plane->revisions[i].config))
            return false;
    return true;
}

#define EXPORTED_LABEL "discovery.weft.dev/exported"

/* Whether it has a ServiceExport; as in the last inventory when these were not read. */
static bool is_exported(const struct scan *scan, const struct fact_service *fact)
{
    const struct destination *former =
        inventory_destination(scan->former, fact->namespace, fact->name);

    if (facts_complete(scan->facts, FACT_SERVICE_EXPORTS))
        return facts_exported(scan->facts, fact->namespace, fact->name);
    return former
           && read_pair(former->service->labels, former->service->label_count, EXPORTED_LABEL);
}

/* What people decided. */
static enum left_out_reason judge_consent(const struct scan *scan, const struct fact_service *fact,
                                          enum consent consent)
{
    if (discovery_settings_excludes(scan->settings, scan->facts->cluster, fact->namespace,
                                    fact->name, fact->labels, fact->label_count))
        return LEFT_OUT_EXCLUDED;
    if (consent == CONSENT_LEAVE)
        return LEFT_OUT_VETOED;
    if (fact->deleting)
        return LEFT_OUT_DELETED;
    if (scan->settings->exports == EXPORTS_ONLY && !is_exported(scan, fact))
        return LEFT_OUT_NOT_EXPORTED;
    return LEFT_OUT_NOT;
}

/* What follows from the cluster. */
static enum left_out_reason judge_pods(const struct fact_service *fact,
                                       const struct backing *backing)
{
    if (!fact->selector_count)
        return LEFT_OUT_NO_SELECTOR;
    if (!backing->all)
        return LEFT_OUT_NO_WORKLOAD;
    if (!backing->sidecar && !backing->ambient)
        return LEFT_OUT_NOT_IN_MESH;
    return backing->sidecar ? LEFT_OUT_NOT : LEFT_OUT_AMBIENT;
}

/* A mesh for a Service that is taken in by annotation: its own, the former one, the only or first
 * one. */
static const struct control_plane *consented_plane(const struct scan *scan,
                                                   const struct fact_service *fact)
{
    const struct destination *former =
        inventory_destination(scan->former, fact->namespace, fact->name);

    for (size_t i = 0; former && i < scan->planes.count; i++)
        if (text_equal(scan->planes.items[i].mesh, former->mesh.name))
            return &scan->planes.items[i];
    return scan->planes.count ? &scan->planes.items[0] : NULL;
}

static void remark_backing(const struct scan *scan, const struct fact_service *fact,
                           const struct backing *backing)
{
    const struct object_ref ref = scan_ref(fact->name, fact->namespace);
    const size_t in = backing->sidecar + backing->ambient;

    if (backing->several)
        remark_add(scan->findings, REMARK_SEVERAL_MESHES, "Service", ref, backing->plane->mesh);
    if (backing->sidecar && backing->ambient)
        remark_add(scan->findings, REMARK_MIXED_DATAPLANE, "Service", ref,
                   arena_printf(scan->arena, "%zu of %zu", backing->ambient, in));
    if (in && in < backing->all)
        remark_add(scan->findings, REMARK_PARTLY_IN_MESH, "Service", ref,
                   arena_printf(scan->arena, "%zu of %zu", backing->all - in, backing->all));
    if (fact->headless)
        remark_add(scan->findings, REMARK_HEADLESS, "Service", ref);
}

struct found_service found_service_judge(const struct scan *scan, const struct fact_service *fact)
{
    const enum consent consent = consent_of(scan, fact);
    const struct backing backing = find_backing(scan, fact);
    struct found_service out = { .fact = fact,
                                 .mesh_pods = backing.sidecar + backing.ambient > 0,
                                 .plane = backing.plane };

    out.reason = judge_consent(scan, fact, consent);
    if (out.reason == LEFT_OUT_NOT && fact->type == SERVICE_EXTERNAL_NAME)
        out.reason = LEFT_OUT_EXTERNAL_NAME;
    if (out.reason == LEFT_OUT_NOT && !fact->port_count)
        out.reason = LEFT_OUT_NO_PORTS;
    if (consent == CONSENT_TAKE && !out.plane)
        out.plane = consented_plane(scan, fact);
    if (out.reason == LEFT_OUT_NOT && !(consent == CONSENT_TAKE && out.plane))
        out.reason = judge_pods(fact, &backing);
    if (out.reason == LEFT_OUT_NOT && !is_visible(scan, fact, out.plane))
        out.reason = LEFT_OUT_EXPORT_TO;
    if (out.reason == LEFT_OUT_NOT)
        remark_backing(scan, fact, &backing);
    return out;
}

/* Labels for selectors of a VirtualMesh. */
static void set_labels(struct kube_service *service, const struct scan *scan,
                       const struct fact_service *fact)
{
    struct pair *labels =
        UNCONST(label_set_lasting(fact->labels, fact->label_count, fact, 1, scan->settings,
                                  &service->label_count, scan->arena));
    size_t at = service->label_count;

    service->labels = labels;
    if (scan->settings->exports == EXPORTS_OFF || !is_exported(scan, fact)
        || read_pair(labels, service->label_count, EXPORTED_LABEL))
        return;
    for (; at && strcmp(labels[at - 1].key, EXPORTED_LABEL) > 0; at--)
        labels[at] = labels[at - 1];
    labels[at] = (struct pair){ EXPORTED_LABEL, "true" };
    service->label_count++;
}

/* Where its pods are, for clients that connect to them. */
static void add_pods(struct kube_service *service, const struct fact_service *fact,
                     const struct kube_service *former, const struct scan *scan)
{
    endpoint_set_add(service, fact, former, scan);
    service->region = found_mesh_region(scan, former ? former->region : NULL);
}

struct destination found_service_destination(const struct scan *scan,
                                             const struct found_service *found, const char *name)
{
    const struct fact_service *fact = found->fact;
    const struct destination *former =
        inventory_destination(scan->former, fact->namespace, fact->name);
    struct kube_service *service = ARENA_NEW(scan->arena, struct kube_service, 1);
    struct destination out = { .meta = { .name = name, .namespace = scan->pod_namespace },
                               .has_mesh = true,
                               .mesh = { found->plane->mesh, scan->pod_namespace },
                               .service = service };

    *service = (struct kube_service){
        .ref = { fact->name, fact->namespace, scan->facts->cluster },
        .selector = fact->selector,
        .selector_count = fact->selector_count,
        .type = fact->type,
        .region = "",
    };
    set_labels(service, scan, fact);
    target_port_resolve(&out, service, fact, former, scan);
    if (scan->settings->pod_addresses)
        add_pods(service, fact, former ? former->service : NULL, scan);
    service->addresses =
        external_address_all(scan, fact, &scan->candidates[fact - scan->facts->services],
                             former ? former->service : NULL, &service->address_count);
    return out;
}
