/* translate/layout.c - clusters with what is in them, and the folders that manifests go to.  Writes
 * nothing. */
#include "translate/layout.h"

#include <stdlib.h>

const char *layout_folder(const struct place_folder *folder, struct arena *arena)
{
    static const char *const names[] = {
        [AREA_MESH] = "mesh",         [AREA_EXPORTS] = "exports",   [AREA_IMPORTS] = "imports",
        [AREA_POLICIES] = "policies", [AREA_EXTERNAL] = "external",
    };

    if (folder->area == AREA_IMPORTS)
        return arena_printf(arena, "clusters/%s/imports/%s", folder->cluster, folder->owner);
    return arena_printf(arena, "clusters/%s/%s", folder->cluster, names[folder->area]);
}

const char *layout_service_file(const struct resolved *resolved, const char *namespace,
                                const char *service, struct arena *arena)
{
    if (!resolved->options->file_per_service)
        return namespace;
    return arena_printf(arena, "%s/%s", namespace, service);
}

/* The distinct names of all clusters, sorted. */
static const char **names_of(const struct resolved *resolved, const char *const *more,
                             size_t more_count, size_t *count, struct arena *arena)
{
    const char **names = ARENA_NEW(arena, const char *, resolved->mesh_count + more_count);
    size_t all = 0;

    for (size_t i = 0; i < resolved->mesh_count; i++)
        if (resolved->meshes[i].spec->istio)
            names[all++] = resolved->meshes[i].cluster;
    for (size_t i = 0; i < more_count; i++)
        names[all++] = more[i];
    if (all)
        qsort(names, all, sizeof *names, text_compare);
    *count = 0;
    for (size_t i = 0; i < all; i++)
        if (!*count || !text_equal(names[*count - 1], names[i]))
            names[(*count)++] = names[i];
    return names;
}

/* First how many there are of each, then the things themselves. */
static void fill(const struct resolved *resolved, const struct map *by_name, bool count)
{
    for (size_t i = 0; i < resolved->mesh_count; i++) {
        struct resolved_mesh *mesh = &resolved->meshes[i];
        struct cluster *cluster = mesh->spec->istio ? map_find(by_name, mesh->cluster) : NULL;

        if (cluster && !count)
            cluster->meshes[cluster->mesh_count] = mesh;
        if (cluster)
            cluster->mesh_count++;
    }
    for (size_t i = 0; i < resolved->export_count; i++) {
        struct cluster *cluster = map_find(by_name, resolved->exports[i].home->cluster);

        if (!count)
            cluster->exports[cluster->export_count] = &resolved->exports[i];
        cluster->export_count++;
    }
    for (size_t i = 0; i < resolved->target_count; i++) {
        struct policy_target *target = &resolved->targets[i];
        struct cluster *cluster = map_find(by_name, target->destination->service->ref.cluster);

        if (cluster && !count)
            cluster->targets[cluster->target_count] = target;
        if (cluster)
            cluster->target_count++;
    }
}

struct cluster *layout_clusters(const struct resolved *resolved, const char *const *more,
                                size_t more_count, size_t *count, struct arena *arena)
{
    const char **names = names_of(resolved, more, more_count, count, arena);
    struct cluster *clusters = ARENA_NEW(arena, struct cluster, *count);
    struct map *by_name = map_new(arena);

    for (size_t i = 0; i < *count; i++) {
        clusters[i].name = names[i];
        map_put(by_name, names[i], &clusters[i]);
    }
    fill(resolved, by_name, true);
    for (size_t i = 0; i < *count; i++) {
        struct cluster *cluster = &clusters[i];

        cluster->meshes = ARENA_NEW(arena, struct resolved_mesh *, cluster->mesh_count);
        cluster->exports = ARENA_NEW(arena, struct export *, cluster->export_count);
        cluster->targets = ARENA_NEW(arena, struct policy_target *, cluster->target_count);
        cluster->mesh_count = cluster->export_count = cluster->target_count = 0;
    }
    fill(resolved, by_name, false);
    return clusters;
}
