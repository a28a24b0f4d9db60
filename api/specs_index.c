/* api/specs_index.c - finds objects among the specs.  Arrays are sorted by key, so most of it is
 * bisection; Services have an index of their own, made once.
 *
 * Translation looks up each reference of each VirtualMesh and policy, so a lookup costs the
 * logarithm of the objects of its kind; building the index costs one sort of the Services. The
 * arrays must not change afterwards: the index points into them. Keys are put together on the
 * stack, because a lookup in the hot path must not grow the arena. */

#include "api/specs_index.h"
#include "api/specs_reader.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer than any key: a name has 253 bytes at most, a namespace 63.  What is cut equals no key. */
enum { KEY_MAX = 400 };

struct specs_index {
    struct map *refused;                 /* "kind/name.namespace." */
    const struct destination **services; /* sorted by their Service: cluster, namespace, name */
    size_t service_count;
};

static int cluster_ref_compare(struct cluster_ref a, struct cluster_ref b)
{
    int order = strcmp(a.cluster, b.cluster);

    if (!order)
        order = strcmp(a.namespace, b.namespace);
    return order ? order : strcmp(a.name, b.name);
}

static int compare_services(const void *left, const void *right)
{
    const struct destination *a = *(const struct destination *const *)left;
    const struct destination *b = *(const struct destination *const *)right;
    int order = cluster_ref_compare(a->service->ref, b->service->ref);

    return order ? order : (a > b) - (a < b); /* both are of one array, which is sorted by key */
}

static const char *refused_key(char key[KEY_MAX], enum object_kind kind, struct object_ref ref)
{
    snprintf(key, KEY_MAX, "%d/%s.%s.", (int)kind, ref.name, ref.namespace);
    return key;
}

const struct specs_index *specs_index_new(const struct specs *specs, struct arena *arena)
{
    struct specs_index *index = ARENA_NEW(arena, struct specs_index, 1);
    char key[KEY_MAX];

    index->refused = map_new(arena);
    for (const struct refused *refused = specs->refused; refused; refused = refused->next)
        if (!map_find(index->refused, refused_key(key, refused->kind, refused->ref)))
            map_put(index->refused, arena_text(arena, key), UNCONST(refused));
    index->services = ARENA_NEW(arena, const struct destination *, specs->destination_count);
    for (size_t i = 0; i < specs->destination_count; i++)
        if (specs->destinations[i].service)
            index->services[index->service_count++] = &specs->destinations[i];
    if (index->service_count)
        qsort(index->services, index->service_count, sizeof(const struct destination *),
              compare_services);
    return index;
}

/* The object with this name among count objects of a size, which begin with their meta; NULL:
 * absent. */
static const void *find(const void *array, size_t count, size_t size, struct object_ref ref)
{
    size_t low = 0, high = count;
    char key[KEY_MAX];

    snprintf(key, sizeof key, "%s.%s.", ref.name, ref.namespace);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct meta *meta = (const void *)((const char *)array + middle * size);
        int order = strcmp(meta->key, key);

        if (order == 0)
            return meta;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
#define FIND(array, count, ref) find((array), (count), sizeof *(array), (ref))
static_assert(offsetof(struct mesh, meta) == 0 && offsetof(struct virtual_mesh, meta) == 0
                  && offsetof(struct access_policy, meta) == 0
                  && offsetof(struct kubernetes_cluster, meta) == 0,
              "find takes an object for its meta");

const struct mesh *specs_mesh(const struct specs *specs, struct object_ref ref)
{
    return FIND(specs->meshes, specs->mesh_count, ref);
}

const struct virtual_mesh *specs_virtual_mesh(const struct specs *specs, struct object_ref ref)
{
    return FIND(specs->virtual_meshes, specs->virtual_mesh_count, ref);
}

const struct access_policy *specs_access_policy(const struct specs *specs, struct object_ref ref)
{
    return FIND(specs->access_policies, specs->access_policy_count, ref);
}

const struct destination *specs_service(const struct specs *specs, struct cluster_ref ref)
{
    const struct destination **services = specs->index->services;
    size_t low = 0, high = specs->index->service_count;

    while (low < high) { /* the first that is not before ref */
        size_t middle = low + (high - low) / 2;

        if (cluster_ref_compare(services[middle]->service->ref, ref) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < specs->index->service_count && cluster_ref_equal(services[low]->service->ref, ref)
               ? services[low]
               : NULL;
}

const char *specs_cluster_domain(const struct specs *specs, const char *cluster)
{
    const struct object_ref ref = { cluster, specs->pod_namespace };
    const struct kubernetes_cluster *found = FIND(specs->clusters, specs->cluster_count, ref);

    return found ? found->domain : CLUSTER_DOMAIN_DEFAULT;
}

const struct refused *specs_refused(const struct specs *specs, enum object_kind kind,
                                    struct object_ref ref)
{
    char key[KEY_MAX];

    return map_find(specs->index->refused, refused_key(key, kind, ref));
}

bool specs_is_refused(const struct specs *specs, enum object_kind kind, struct object_ref ref)
{
    return specs_refused(specs, kind, ref) != NULL;
}
