/* api/compact.c - moves decoded objects out of the scratch arena.  Strings are interned and stay
 * where they are; so arrays of equal strings are equal bytes, and those that repeat from Service to
 * Service are kept once. */
#include "api/compact.h"
#include "base/intern.h"

#include <string.h>

/* A copy that nothing else shares. */
static void *moved(const struct settler *settler, const void *array, size_t count, size_t size)
{
    void *copy = arena_alloc(settler->arena, count, size);

    if (count)
        memcpy(copy, array, count * size);
    return copy;
}

/* The one copy of these bytes.  What arena_bytes gives is aligned for any type. */
static const void *shared(const struct settler *settler, const void *array, size_t count,
                          size_t size)
{
    return count ? intern_text(settler->arrays, array, count * size) : NULL;
}
#define MOVED(settler, array, count) moved((settler), (array), (count), sizeof *(array))
#define SHARED(settler, array, count) shared((settler), (array), (count), sizeof *(array))

void compact_meta(struct meta *meta, const struct settler *settler)
{
    meta->key = arena_text(settler->arena, meta->key);
    meta->annotations = SHARED(settler, meta->annotations, meta->annotation_count);
}

static const struct endpoint_subset *settle_subsets(const struct endpoint_subset *subsets,
                                                    size_t count, const struct settler *settler)
{
    struct endpoint_subset *copy = MOVED(settler, subsets, count);

    for (size_t i = 0; i < count; i++) {
        struct endpoint *endpoints = MOVED(settler, copy[i].endpoints, copy[i].endpoint_count);

        for (size_t j = 0; j < copy[i].endpoint_count; j++)
            endpoints[j].labels = SHARED(settler, endpoints[j].labels, endpoints[j].label_count);
        copy[i].endpoints = endpoints;
        copy[i].ports = SHARED(settler, copy[i].ports, copy[i].port_count);
    }
    return copy;
}

static const struct kube_service *settle_service(const struct kube_service *service,
                                                 const struct settler *settler)
{
    struct kube_service *copy = MOVED(settler, service, 1);

    copy->selector = SHARED(settler, copy->selector, copy->selector_count);
    copy->labels = SHARED(settler, copy->labels, copy->label_count);
    copy->ports = SHARED(settler, copy->ports, copy->port_count);
    copy->subsets = settle_subsets(copy->subsets, copy->subset_count, settler);
    copy->addresses = SHARED(settler, copy->addresses, copy->address_count);
    return copy;
}

/* Numbers of ports are texts of the scratch arena. */
static const struct pair *settle_numbers(const struct pair *pairs, size_t count,
                                         const struct settler *settler)
{
    struct pair *copy = MOVED(settler, pairs, count);

    for (size_t i = 0; i < count; i++)
        copy[i].value = arena_text(settler->arena, copy[i].value);
    return copy;
}

static const struct external_service *settle_external(const struct external_service *service,
                                                      const struct settler *settler)
{
    struct external_service *copy = MOVED(settler, service, 1);
    struct external_endpoint *endpoints = MOVED(settler, copy->endpoints, copy->endpoint_count);

    copy->hosts = SHARED(settler, copy->hosts, copy->host_count);
    copy->addresses = SHARED(settler, copy->addresses, copy->address_count);
    copy->ports = SHARED(settler, copy->ports, copy->port_count);
    for (size_t i = 0; i < copy->endpoint_count; i++)
        endpoints[i].ports = settle_numbers(endpoints[i].ports, endpoints[i].port_count, settler);
    copy->endpoints = endpoints;
    return copy;
}

void compact_destination(void *object, const struct settler *settler)
{
    struct destination *destination = object;

    if (destination->service)
        destination->service = settle_service(destination->service, settler);
    if (destination->external)
        destination->external = settle_external(destination->external, settler);
}

void compact_workload(void *object, const struct settler *settler)
{
    struct workload *workload = object;

    workload->pod_labels = SHARED(settler, workload->pod_labels, workload->pod_label_count);
}
