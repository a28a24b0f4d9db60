/* app/config_check.c - mistakes that show when the keys of a configuration are seen together, or
 * beside the disk and the specs. */
#include "app/config_check.h"
#include "app/config_output.h"
#include "base/files.h"
#include "base/suggest.h"
#include "base/url.h"
#include <string.h>
#include <sys/stat.h>

/* --- URLs --- */

#define URL_IS_PATH                                                                                \
    "cannot push safely to the path %s: a push to a path can lose another writer's commit; serve " \
    "the repository over HTTPS or SSH"

/* False after a diag. */
static bool check_url(struct url *out, const char *url, struct place place, const char *key,
                      struct arena *arena, struct diags *diags)
{
    struct err err;

    if (!*url)
        return false; /* it is missing, and that was said */
    if (url_parse(out, url, arena, &err) == 0)
        return true;
    diag_add(diags, DIAG_ERROR, place, key, "%s", err.text);
    return false;
}

/* Where a mistake in the branch of the inventory is corrected. */
static void refuse_branch(const struct config *config, const char *whose, struct diags *diags)
{
    const bool new_key = config->inventory.branch;

    diag_add(diags, DIAG_ERROR, new_key ? config->inventory.place : config->discovery.place,
             new_key ? "inventory.branch" : "discovery.branch",
             "%s is the branch of the %s, in the same repository; name another one, such as "
             "\"" INVENTORY_BRANCH_DEFAULT "\"",
             config->discovery.branch, whose);
}

/* Two names of one repository must not be taken for two. */
static void check_inventory_branch(const struct config *config, const struct url *specs,
                                   const struct url *output, struct arena *arena,
                                   struct diags *diags)
{
    const char *branch = config->discovery.branch;
    struct url own = *output;

    if (config->inventory.url
        && !check_url(&own, config->inventory.url, config->inventory.place, "inventory.url", arena,
                      diags))
        return;
    if (own.scheme == URL_FILE)
        diag_add(diags, DIAG_ERROR, config->inventory.place, "inventory.url", URL_IS_PATH,
                 own.shown);
    if (url_same_repository(&own, output) && text_equal(branch, config->output.branch))
        refuse_branch(config, "manifests", diags);
    if (specs && url_same_repository(&own, specs)
        && text_equal(config_output_short_ref(config), branch))
        refuse_branch(config, "specs", diags);
}

/* The inventory has a branch of its own, and clusters to read. */
static void check_inventory(const struct config *config, const struct url *specs,
                            const struct url *output, struct arena *arena, struct diags *diags)
{
    const struct discovery_settings *discovery = &config->discovery;
    bool any = false;

    if (!discovery->enabled)
        return;
    for (size_t i = 0; i < config->cluster_count; i++)
        any |= config->clusters[i].server.present && config->clusters[i].discover;
    if (!any)
        diag_add(diags, DIAG_ERROR, discovery->place, "discovery.enabled",
                 "there is no cluster to read: give an entry of \"clusters\" a kubeconfig or "
                 "inCluster");
    check_inventory_branch(config, specs, output, arena, diags);
}

/* Two names of one repository must not be taken for two repositories: with specs and output on one
 * branch a pass would render its own output, and delete what people wrote. */
void config_check_urls(const struct config *config, struct arena *arena, struct diags *diags)
{
    const struct config_specs *specs = &config->specs;
    const struct config_output *output = &config->output;
    struct url from, to;
    bool known = check_url(&from, specs->url, specs->place, "specs.url", arena, diags);

    if (!check_url(&to, output->url, output->place, "output.url", arena, diags))
        return;
    if (to.scheme == URL_FILE)
        diag_add(diags, DIAG_ERROR, output->place, "output.url", URL_IS_PATH, to.shown);
    if (known && url_same_repository(&from, &to)
        && strcmp(config_output_short_ref(config), output->branch) == 0)
        diag_add(diags, DIAG_ERROR, output->branch_place, "output.branch",
                 "%s is the branch of the specs, in the same repository; name another one, such as "
                 "\"rendered\"",
                 output->branch);
    check_inventory(config, known ? &from : NULL, &to, arena, diags);
}

/* --- disk --- */

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* weft makes the last folder of a path and no more: a path with a typo must not grow a tree of its
 * own in some corner of the disk. */
static void check_folder(const char *folder, struct place place, const char *key,
                         struct arena *arena, struct diags *diags)
{
    const char *parent = file_folder(folder, arena);

    if (!is_folder(folder) && !is_folder(parent))
        diag_add(diags, DIAG_ERROR, place, key,
                 "the folder %s is not there, nor is %s, which it would be made in; run \"mkdir -p "
                 "%s\" if that is the right place",
                 folder, parent, parent);
}

void config_check_disk(const struct config *config, struct arena *arena, struct diags *diags)
{
    const struct config_specs *specs = &config->specs;
    const char *state = file_folder(config->state_path, arena);
    struct url url;
    struct err err;

    if (url_parse(&url, specs->url, arena, &err) == 0 && url.scheme == URL_FILE
        && !is_folder(url.path))
        diag_add(diags, DIAG_ERROR, specs->place, "specs.url",
                 "there is no repository in %s: such a folder does not exist", url.path);
    check_folder(state, config->state_place, "state.path", arena, diags);
    if (strcmp(file_folder(config->cache_path, arena), state) != 0) /* else it is made in there */
        check_folder(config->cache_path, config->cache_place, "cache.path", arena, diags);
}

/* --- specs --- */

/* A Mesh that was refused may be the one that an entry is for. */
static bool knows_all(const struct specs *specs)
{
    for (const struct refused *refused = specs->refused; refused; refused = refused->next)
        if (refused->kind == KIND_MESH)
            return false;
    return !specs->incomplete;
}

void config_check_clusters(const struct config *config, const struct specs *specs,
                           struct arena *arena, struct diags *diags)
{
    const char **names = ARENA_NEW(arena, const char *, specs->mesh_count + 1);
    struct map *named = map_new(arena);

    for (size_t i = 0; i < specs->mesh_count; i++) {
        names[i] = specs->meshes[i].cluster;
        map_put(named, names[i], names);
    }
    for (size_t i = 0; i < config->cluster_count && knows_all(specs); i++) {
        const struct config_cluster *cluster = &config->clusters[i];
        const char *near;

        if (map_find(named, cluster->name))
            continue;
        near = suggest_nearest(cluster->name, names, specs->mesh_count);
        diag_add(diags, DIAG_WARNING, cluster->place, "clusters",
                 "no Mesh of the specs is in a cluster %s, so this entry is not used%s%s%s",
                 cluster->name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
}
