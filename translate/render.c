/* translate/render.c - a plan to folders of manifests, cluster by cluster.
 *
 * Cluster by cluster and area by area, so that memory holds the documents of one folder, not of
 * the fleet. Each area first makes what the plan asks for, then merges what is retained of its
 * folder. When everything is retained nothing is made, and only the merge runs. Clusters that only
 * the previous output knows are visited when something is retained for removed objects, for no
 * cluster of the specs would lead to their folders. Order of clusters and areas has no influence
 * on bytes: each writes into a folder of its own. */
#include "translate/render.h"
#include "translate/translate.h"

#include "translate/destination_rule.h"
#include "translate/external.h"
#include "translate/folder_write.h"
#include "translate/imports.h"
#include "translate/mesh_manifests.h"
#include "translate/resolved_mesh.h"
#include "translate/service_policies.h"
#include <string.h>

enum { FILE_MAX = 512 * 1024 };

/* A folder that no other cluster has. */
static int finish(struct rendering *rendering, enum area area, const struct cluster *cluster,
                  struct err *err)
{
    const struct place_folder folder = { area, cluster->name, NULL };
    struct previous_files files = { 0 };
    struct filetree *dir;

    if (folder_write_previous(&files, rendering, &folder, err) < 0
        || folder_write_store(&dir, rendering, &folder, &files, err) < 0)
        return -1;
    if (dir)
        filetree_mount(rendering->tree, layout_folder(&folder, rendering->previous), dir);
    arena_reset(rendering->previous);
    return 0;
}

static void add_meshes(struct rendering *rendering, const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->mesh_count; i++) {
        const struct resolved_mesh *mesh = cluster->meshes[i];

        if (resolved_mesh_is_written(mesh))
            mesh_manifests_make(&rendering->documents, rendering->resolved, mesh);
    }
}

/* Another cluster imports it, and through a gateway. */
static bool needs_gateway(const struct export *export)
{
    return !export->retained && !export->home->virtual_mesh->flat
           && strchr(export->importers->members, '1');
}

static void add_exports(struct rendering *rendering, const struct cluster *cluster)
{
    const struct resolved *resolved = rendering->resolved;
    struct arena *scratch = rendering->documents.scratch;

    for (size_t i = 0; i < cluster->export_count; i++) {
        const struct export *export = cluster->exports[i];

        if (!needs_gateway(export))
            continue;
        folder_write_add(rendering, export, "ServiceEntry", service_entry_export_namespace(export),
                         export->host, service_entry_local(resolved, export, scratch));
        folder_write_add(rendering, export, "DestinationRule",
                         service_entry_export_namespace(export), export->host,
                         destination_rule_home(resolved, export, scratch));
    }
}

static void add_policies(struct rendering *rendering, const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->target_count; i++)
        service_policies_make(&rendering->documents, rendering->resolved, cluster->targets[i]);
}

static void add_external(struct rendering *rendering, const struct cluster *cluster)
{
    if (!rendering->resolved->options->external_services)
        return;
    for (size_t i = 0; i < cluster->mesh_count; i++) {
        const struct resolved_mesh *mesh = cluster->meshes[i];

        if (mesh->virtual_mesh && !mesh->virtual_mesh->plan->retained)
            external_documents(&rendering->documents, rendering->resolved, mesh);
    }
}

static int render_cluster(struct rendering *rendering, const struct cluster *cluster,
                          struct err *err)
{
    static const struct {
        enum area area;
        void (*add)(struct rendering *rendering, const struct cluster *cluster);
    } areas[] = {
        { AREA_MESH, add_meshes },
        { AREA_EXPORTS, add_exports },
        { AREA_POLICIES, add_policies },
        { AREA_EXTERNAL, add_external },
    };

    for (size_t i = 0; i < LENGTH(areas); i++) {
        if (!retain_all(rendering->retain))
            areas[i].add(rendering, cluster);
        if (finish(rendering, areas[i].area, cluster, err) < 0)
            return -1;
    }
    return imports_render(rendering, cluster, err);
}

/* Clusters that only the previous output knows, as owners or clients. */
static int find_lost(const char ***names, size_t *count, struct rendering *rendering,
                     struct err *err)
{
    struct arena *arena = rendering->arena;
    const char **found, **owners;
    size_t found_count, owner_count;

    if (rendering->before->list(rendering->before->context, "clusters", &found, &found_count, arena,
                                err)
        < 0)
        return -1;
    for (size_t i = 0; i < found_count; i++) {
        const char *dir = arena_printf(arena, "clusters/%simports", found[i]);

        if (!text_ends(found[i], "/"))
            continue;
        *ARENA_PUSH(arena, *names, *count) = arena_bytes(arena, found[i], strlen(found[i]) - 1);
        if (rendering->before->list(rendering->before->context, dir, &owners, &owner_count, arena,
                                    err)
            < 0)
            return -1;
        for (size_t k = 0; k < owner_count; k++)
            if (text_ends(owners[k], "/"))
                *ARENA_PUSH(arena, *names, *count) =
                    arena_bytes(arena, owners[k], strlen(owners[k]) - 1);
    }
    return 0;
}

static int render_clusters(struct rendering *rendering, struct err *err)
{
    const char **lost = NULL;
    size_t count = 0;

    if (retain_concerns_removed(rendering->retain) && find_lost(&lost, &count, rendering, err) < 0)
        return -1;
    rendering->clusters = layout_clusters(rendering->resolved, lost, count,
                                          &rendering->cluster_count, rendering->arena);
    for (size_t i = 0; i < rendering->cluster_count; i++)
        if (render_cluster(rendering, &rendering->clusters[i], err) < 0)
            return -1;
    return 0;
}

int translate_render(struct filetree *tree, const struct plan *plan, const struct blobs *blobs,
                     const struct tree_reader *before, struct arena *arena, struct err *err)
{
    AUTO(arena_free) struct arena *previous = arena_new();
    AUTO(arena_free) struct arena *keep = arena_new();
    AUTO(arena_free) struct arena *scratch = arena_new();
    const struct translate_options *options = plan->resolved->options;
    struct rendering rendering = {
        .resolved = plan->resolved,
        .blobs = blobs,
        .before = before,
        .retain = retain_new(plan->resolved, plan, arena),
        .tree = tree,
        .arena = arena,
        .previous = previous,
        .documents = { .keep = keep, .scratch = scratch },
        .file_max = options->file_max ? options->file_max : FILE_MAX,
    };
    int result = render_clusters(&rendering, err);

    text_free(&rendering.documents.text);
    return result;
}
