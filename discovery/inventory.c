/* discovery/inventory.c - the objects of one cluster, in order.  Pure.
 *
 * The arrays are sorted by what the objects describe, not by their names, and look-ups search
 * them; inventory_sort must run after every addition. Objects of other clusters never get in, so a
 * change in one cluster touches the files of that cluster alone. */
#include "discovery/inventory.h"

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

struct inventory inventory_of_specs(const struct specs *specs, const char *cluster,
                                    struct arena *arena)
{
    struct inventory out = { .cluster = cluster };

    for (size_t i = 0; i < specs->cluster_count; i++)
        if (text_equal(specs->clusters[i].meta.name, cluster)) {
            out.self = specs->clusters[i];
            out.known = true;
        }
    for (size_t i = 0; i < specs->mesh_count; i++)
        if (text_equal(specs->meshes[i].cluster, cluster))
            *ARENA_PUSH(arena, out.meshes, out.mesh_count) = specs->meshes[i];
    for (size_t i = 0; i < specs->destination_count; i++)
        if (specs->destinations[i].service
            && text_equal(specs->destinations[i].service->ref.cluster, cluster))
            *ARENA_PUSH(arena, out.destinations, out.destination_count) = specs->destinations[i];
    for (size_t i = 0; i < specs->workload_count; i++)
        if (text_equal(specs->workloads[i].controller.cluster, cluster))
            *ARENA_PUSH(arena, out.workloads, out.workload_count) = specs->workloads[i];
    inventory_sort(&out);
    return out;
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
