/* discovery/inventory.c - the objects of one cluster, in order.  Pure.
 *
 * The arrays are sorted by what the objects describe, not by their names, and look-ups search
 * them; inventory_sort must run after every addition. Objects of other clusters never get in, so a
 * change in one cluster touches the files of that cluster alone.
 *
 * The index is made once for the inventory of the whole fleet. Taking one cluster's objects out of
 * it costs what that cluster has; a walk over all objects for each cluster would be quadratic in
 * the clusters. */
#include "discovery/inventory.h"

#include "base/map.h"

#include <stdlib.h>

static int compare(const char *a, const char *b, const char *x, const char *y)
{
    int order = strcmp(a, x);

    return order ? order : strcmp(b, y);
}

static int by_namespace(const void *a, const void *b)
{
    const struct mesh *left = a, *right = b;

    return compare(left->namespace, left->meta.name, right->namespace, right->meta.name);
}

static int by_service(const void *a, const void *b)
{
    const struct cluster_ref left = ((const struct destination *)a)->service->ref;
    const struct cluster_ref right = ((const struct destination *)b)->service->ref;

    return compare(left.namespace, left.name, right.namespace, right.name);
}

static int by_controller(const void *a, const void *b)
{
    const struct workload *left = a, *right = b;

    return compare(left->controller.namespace, left->meta.name, right->controller.namespace,
                   right->meta.name);
}

static void sort(void *array, size_t count, size_t size, int (*order)(const void *, const void *))
{
    if (count > 1)
        qsort(array, count, size, order);
}

void inventory_sort(struct inventory *inventory)
{
    sort(inventory->meshes, inventory->mesh_count, sizeof *inventory->meshes, by_namespace);
    sort(inventory->destinations, inventory->destination_count, sizeof *inventory->destinations,
         by_service);
    sort(inventory->workloads, inventory->workload_count, sizeof *inventory->workloads,
         by_controller);
}

/* Where the objects of one cluster are in the specs. */
struct part {
    size_t *meshes, *destinations, *workloads;
    size_t mesh_count, destination_count, workload_count;
    const struct kubernetes_cluster *self; /* NULL: it is not known */
};

struct inventory_index {
    const struct specs *specs;
    struct map *parts; /* by cluster */
    struct arena *arena;
};

static struct part *part_of(struct inventory_index *index, const char *named)
{
    const char *cluster = named ? named : "";
    struct part *part = map_find(index->parts, cluster);

    if (part)
        return part;
    part = ARENA_NEW(index->arena, struct part, 1);
    map_put(index->parts, cluster, part);
    return part;
}

static void index_destination(struct inventory_index *index, size_t i)
{
    const struct kube_service *service = index->specs->destinations[i].service;
    struct part *part = service ? part_of(index, service->ref.cluster) : NULL;

    if (part)
        *ARENA_PUSH(index->arena, part->destinations, part->destination_count) = i;
}

struct inventory_index *inventory_index_new(const struct specs *specs, struct arena *arena)
{
    struct inventory_index *index = ARENA_NEW(arena, struct inventory_index, 1);

    *index = (struct inventory_index){ specs, map_new(arena), arena };
    for (size_t i = 0; i < specs->cluster_count; i++)
        part_of(index, specs->clusters[i].meta.name)->self = &specs->clusters[i];
    for (size_t i = 0; i < specs->mesh_count; i++) {
        struct part *part = part_of(index, specs->meshes[i].cluster);

        *ARENA_PUSH(arena, part->meshes, part->mesh_count) = i;
    }
    for (size_t i = 0; i < specs->destination_count; i++)
        index_destination(index, i);
    for (size_t i = 0; i < specs->workload_count; i++) {
        struct part *part = part_of(index, specs->workloads[i].controller.cluster);

        *ARENA_PUSH(arena, part->workloads, part->workload_count) = i;
    }
    return index;
}

struct inventory inventory_of_index(const struct inventory_index *index, const char *cluster,
                                    struct arena *arena)
{
    const struct part *part = map_find(index->parts, cluster ? cluster : "");
    const struct specs *specs = index->specs;
    struct inventory out = { .cluster = cluster };

    if (!part)
        return out;
    out.known = part->self != NULL;
    if (part->self)
        out.self = *part->self;
    out.meshes = ARENA_NEW(arena, struct mesh, part->mesh_count);
    out.destinations = ARENA_NEW(arena, struct destination, part->destination_count);
    out.workloads = ARENA_NEW(arena, struct workload, part->workload_count);
    for (size_t i = 0; i < part->mesh_count; i++)
        out.meshes[out.mesh_count++] = specs->meshes[part->meshes[i]];
    for (size_t i = 0; i < part->destination_count; i++)
        out.destinations[out.destination_count++] = specs->destinations[part->destinations[i]];
    for (size_t i = 0; i < part->workload_count; i++)
        out.workloads[out.workload_count++] = specs->workloads[part->workloads[i]];
    inventory_sort(&out);
    return out;
}

struct inventory inventory_of_specs(const struct specs *specs, const char *cluster,
                                    struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();

    return inventory_of_index(inventory_index_new(specs, scratch), cluster, arena);
}

const struct mesh *inventory_mesh(const struct inventory *inventory, const char *namespace)
{
    for (size_t i = 0; i < inventory->mesh_count; i++)
        if (text_equal(inventory->meshes[i].namespace, namespace))
            return &inventory->meshes[i];
    return NULL;
}

const struct destination *inventory_destination(const struct inventory *inventory,
                                                const char *namespace, const char *service)
{
    const struct kube_service wanted = { .ref = { service, namespace, "" } };
    const struct destination key = { .service = &wanted };

    return inventory->destination_count ? bsearch(
               &key, inventory->destinations, inventory->destination_count, sizeof key, by_service)
                                        : NULL;
}

const struct workload *inventory_workload(const struct inventory *inventory, const char *namespace,
                                          const char *name)
{
    const struct workload key = { .controller = { "", namespace, "" }, .meta = { .name = name } };

    return inventory->workload_count ? bsearch(&key, inventory->workloads,
                                               inventory->workload_count, sizeof key, by_controller)
                                     : NULL;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

void inventory_annotate(struct meta *meta, const char *key, const char *value, struct arena *arena)
{
    const size_t count = meta->annotation_count;
    struct pair *pairs = ARENA_NEW(arena, struct pair, count + 1);

    if (count)
        memcpy(pairs, meta->annotations, count * sizeof *pairs);
    pairs[count] = (struct pair){ key, value };
    qsort(pairs, count + 1, sizeof *pairs, by_key);
    meta->annotations = pairs;
    meta->annotation_count = count + 1;
}
