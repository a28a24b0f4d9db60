/* api/object_place.c - names objects of clusters by what they are there.  Pure. */
#include "api/object_place.h"

static bool is_found(const struct meta *meta)
{
    return place_is_object(meta->place) && !meta->place.file;
}

struct place object_place_of_destination(const struct destination *destination, struct arena *arena)
{
    const struct kube_service *service = destination->service;

    if (!is_found(&destination->meta) || !service)
        return destination->meta.place;
    return place_of_object(arena_printf(arena, "cluster %s: Service %s/%s", service->ref.cluster,
                                        service->ref.namespace, service->ref.name));
}

/* Of "reviews-v1-shop-east-deployment". */
static const char *workload_kind(const char *name)
{
    static const char *const kinds[][2] = { { "-deployment", "Deployment" },
                                            { "-daemonset", "DaemonSet" },
                                            { "-statefulset", "StatefulSet" } };

    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (text_ends(name, kinds[i][0]))
            return kinds[i][1];
    return "workload";
}

struct place object_place_of_workload(const struct workload *workload, struct arena *arena)
{
    const struct cluster_ref controller = workload->controller;

    if (!is_found(&workload->meta))
        return workload->meta.place;
    return place_of_object(arena_printf(arena, "cluster %s: %s %s/%s", controller.cluster,
                                        workload_kind(workload->meta.name), controller.namespace,
                                        controller.name));
}
