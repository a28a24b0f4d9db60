/* discovery/discovery_summary.c - copies of what a report says of a discovery.  Pure.
 * Invariant: no pointer of the copy leads to the full discovery or to the facts, which are freed
 * before the report is written.
 *
 * Copied is what a report, the metrics and the record of damping need: Meshes, gateways, counts
 * and findings. Destinations that are no gateways, most of an inventory, are in its files already.
 */
#include "discovery/discovery_summary.h"

#include "api/annotation.h"
#include "api/meta.h"

static struct object_ref copy_ref(struct object_ref ref, struct arena *arena)
{
    return (struct object_ref){ arena_text(arena, ref.name), arena_text(arena, ref.namespace) };
}

static struct meta copy_meta(const struct meta *meta, struct arena *arena)
{
    struct meta out = { .name = arena_text(arena, meta->name),
                        .annotation_count = meta->annotation_count };
    struct pair *pairs = ARENA_NEW(arena, struct pair, meta->annotation_count);

    for (size_t i = 0; i < meta->annotation_count; i++)
        pairs[i] = (struct pair){ arena_text(arena, meta->annotations[i].key),
                                  arena_text(arena, meta->annotations[i].value) };
    out.annotations = pairs;
    return out;
}

static struct mesh copy_mesh(const struct mesh *mesh, struct arena *arena)
{
    return (struct mesh){ .meta = copy_meta(&mesh->meta, arena),
                          .istio = mesh->istio,
                          .namespace = arena_text(arena, mesh->namespace),
                          .version = arena_text(arena, mesh->version),
                          .trust_domain = arena_text(arena, mesh->trust_domain) };
}

static const struct kube_service *copy_service(const struct kube_service *service,
                                               struct arena *arena)
{
    struct kube_service *out = ARENA_NEW(arena, struct kube_service, 1);
    const char **addresses = ARENA_NEW(arena, const char *, service->address_count);

    for (size_t i = 0; i < service->address_count; i++)
        addresses[i] = arena_text(arena, service->addresses[i]);
    out->ref = (struct cluster_ref){ arena_text(arena, service->ref.name),
                                     arena_text(arena, service->ref.namespace),
                                     arena_text(arena, service->ref.cluster) };
    out->addresses = addresses;
    out->address_count = service->address_count;
    return out;
}

static struct inventory copy_inventory(const struct inventory *full, struct arena *arena)
{
    struct inventory out = { .cluster = arena_text(arena, full->cluster), .known = full->known };

    for (size_t i = 0; i < full->mesh_count; i++)
        *ARENA_PUSH(arena, out.meshes, out.mesh_count) = copy_mesh(&full->meshes[i], arena);
    for (size_t i = 0; i < full->destination_count; i++) {
        const struct destination *one = &full->destinations[i];

        if (meta_annotation(&one->meta, ANNOTATION_GATEWAY))
            *ARENA_PUSH(arena, out.destinations, out.destination_count) =
                (struct destination){ .meta = copy_meta(&one->meta, arena),
                                      .has_mesh = one->has_mesh,
                                      .mesh = copy_ref(one->mesh, arena),
                                      .service = copy_service(one->service, arena) };
    }
    return out;
}

static struct left_out_list copy_left_out(const struct left_out_list *full, struct arena *arena)
{
    struct left_out_list out = { ARENA_NEW(arena, struct left_out, full->count), full->count };

    for (size_t i = 0; i < full->count; i++) {
        out.items[i] = full->items[i];
        out.items[i].namespace = arena_text(arena, full->items[i].namespace);
        out.items[i].service = arena_text(arena, full->items[i].service);
    }
    return out;
}

static struct findings copy_findings(const struct findings *full, struct arena *arena)
{
    struct findings out = { .arena = arena };

    for (size_t i = 0; i < full->count; i++) {
        struct finding finding = full->items[i];

        finding.id = arena_text(arena, finding.id);
        finding.kind = arena_text(arena, finding.kind);
        finding.ref = copy_ref(finding.ref, arena);
        finding.target_kind = arena_text(arena, finding.target_kind);
        finding.target = copy_ref(finding.target, arena);
        finding.place.file = arena_text(arena, finding.place.file);
        finding.field = arena_text(arena, finding.field);
        finding.text = arena_text(arena, finding.text);
        finding.remedy = arena_text(arena, finding.remedy);
        findings_add(&out, finding);
    }
    return out;
}

static struct damping copy_damping(const struct damping *full, struct arena *arena)
{
    struct damping out = { .now = full->now, .arena = arena };

    for (size_t i = 0; i < full->after_count; i++) {
        struct damping_entry entry = full->after[i];

        entry.key = arena_text(arena, entry.key);
        *ARENA_PUSH(arena, out.after, out.after_count) = entry;
    }
    return out;
}

struct discovery discovery_summary(const struct discovery *full, struct arena *arena)
{
    return (struct discovery){ .cluster = arena_text(arena, full->cluster),
                               .outcome = full->outcome,
                               .why = arena_text(arena, full->why),
                               .inventory = copy_inventory(&full->inventory, arena),
                               .found = full->found,
                               .left_out = copy_left_out(&full->left_out, arena),
                               .findings = copy_findings(&full->findings, arena),
                               .damping = copy_damping(&full->damping, arena),
                               .held = full->held,
                               .stale = full->stale,
                               .ms = full->ms };
}
