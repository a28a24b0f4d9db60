/* discovery/found_workload.c - workloads of a mesh as objects of the inventory.  Pure. */
#include "discovery/found_workload.h"

#include "discovery/label_set.h"

/* Where the workload's Mesh had its istiod; "": it was in none. Linear in the former Workloads, so
 * it is asked only where more than one mesh could inject. */
static const char *former_plane(const struct scan *scan, const struct fact_workload *fact)
{
    const struct inventory *former = scan->former;

    for (size_t i = 0; i < former->workload_count; i++) {
        const struct workload *one = &former->workloads[i];

        if (!text_equal(one->controller.namespace, fact->namespace)
            || !text_equal(one->controller.name, fact->name)
            || !text_ends(one->meta.name, enums_name(&workload_kinds, (int)fact->kind)))
            continue;
        for (size_t k = 0; k < former->mesh_count; k++)
            if (text_equal(former->meshes[k].meta.name, one->mesh.name))
                return former->meshes[k].namespace;
    }
    return "";
}

const struct injection *found_workload_injections(const struct scan *scan)
{
    const struct facts *facts = scan->facts;
    struct injection *out = ARENA_NEW(scan->arena, struct injection, facts->workload_count);

    for (size_t i = 0; i < facts->workload_count; i++) {
        const struct fact_workload *fact = &facts->workloads[i];
        const char *former = scan->planes.count > 1 ? former_plane(scan, fact) : "";

        out[i] = injection_of(facts, &scan->planes, fact, former);
        if (out[i].revision)
            out[i].revision->asked = true;
        if (out[i].several)
            remark_add(scan->findings, REMARK_SEVERAL_MESHES, "Workload",
                       scan_ref(fact->name, fact->namespace), out[i].plane->mesh);
    }
    return out;
}

struct workload found_workload_object(const struct scan *scan, const struct fact_workload *fact,
                                      const struct injection *injection, const char *name)
{
    size_t count;
    const struct fact_service *services = facts_services_in(scan->facts, fact->namespace, &count);
    struct workload out = {
        .meta = { .name = arena_printf(scan->arena, "%s-%s", name,
                                       enums_name(&workload_kinds, (int)fact->kind)),
                  .namespace = scan->pod_namespace },
        .controller = { fact->name, fact->namespace, scan->facts->cluster },
        .service_account = *fact->service_account ? fact->service_account : "default",
        .mesh = { injection->plane->mesh, scan->pod_namespace },
    };

    out.pod_labels = label_set_lasting(fact->labels, fact->label_count, services, count,
                                       scan->settings, &out.pod_label_count, scan->arena);
    if (injection->dataplane == DATAPLANE_AMBIENT)
        inventory_annotate(&out.meta, ANNOTATION_DATAPLANE, "ambient", scan->arena);
    return out;
}
