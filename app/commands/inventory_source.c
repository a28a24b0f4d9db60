/* app/commands/inventory_source.c - finds the inventory that a pass would begin with, and one that
 * is named.  Asks no cluster.
 *
 * The last one is that of a pass (inventory_memory_last).  The text names where it comes from, for
 * messages about objects of the inventory. */
#include "app/commands/inventory_source.h"
#include "app/commands/command.h"
#include "app/git_access.h"
#include "app/inventory_read.h"
#include "base/files.h"
#include "discovery/precedence.h"
#include "sync/clone.h"
#include "sync/fetch.h"
#include "sync/init.h"
#include <string.h>
#include <sys/stat.h>

static const char *const origin_names[] = {
    [INVENTORY_UNUSED] = "unused", [INVENTORY_STATE] = "state", [INVENTORY_BRANCH] = "branch",
    [INVENTORY_REF] = "ref",       [INVENTORY_DIR] = "folder",  [INVENTORY_NONE] = "none",
};
const struct enum_table inventory_origins = ENUM_TABLE(origin_names);

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int read_memory(struct inventory_memory *out, const struct config *config,
                       struct arena *arena, struct err *err)
{
    AUTO_SESSION session = { .config = config, .arena = arena, .dry = true };

    if (session_open_state(&session, err) < 0)
        return -1;
    *out = inventory_memory_read(&session);
    return 0;
}

static void take_last(struct inventory_source *out, const struct inventory_last *last,
                      const char *branch, struct arena *arena)
{
    out->origin = last->remembered ? INVENTORY_STATE
                  : *last->commit  ? INVENTORY_BRANCH
                                   : INVENTORY_NONE;
    memcpy(out->commit, last->commit, sizeof out->commit);
    if (out->origin == INVENTORY_STATE)
        out->text = arena_printf(arena, "inventory %.12s of the state", out->commit);
    else if (out->origin == INVENTORY_BRANCH)
        out->text = arena_printf(arena, "inventory %.12s, the tip of %s (the state has none)",
                                 out->commit, branch);
    else
        out->text = "no inventory yet";
}

/* ref NULL: the last one. A state that is there and cannot be opened is an error, not a reason to
 * take the tip of the branch: the two may differ, and the result would be that of another pass. */
static int choose(struct inventory_source *out, struct clone *clone, const struct config *config,
                  const char *ref, struct arena *arena, struct err *err)
{
    struct inventory_last last;

    if (ref) {
        if (clone_fetch(clone, out->commit, ref, false, err) < 0)
            return err_wrap(err, "fetch the inventory %s (--inventory)", ref);
        out->origin = INVENTORY_REF;
        out->text = arena_printf(arena, "inventory %.12s", out->commit);
        return 0;
    }
    if (read_memory(&out->memory, config, arena, err) < 0
        || inventory_memory_last(&last, &out->memory, clone, config, err) < 0)
        return -1;
    take_last(out, &last, config->discovery.branch, arena);
    return 0;
}

static int read_chosen(struct inventory_source *out, struct clone *clone,
                       const struct config *config, struct arena *arena, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;

    if (!*out->commit)
        return 0;
    if (snapshot_open(&snapshot, clone, out->commit, err) < 0
        || inventory_read_commit(&out->found, snapshot, config, arena, err) < 0)
        return err_wrap(err, "read the inventory %.12s", out->commit);
    return 0;
}

static int read_repository(struct inventory_source *out, const struct config *config,
                           const char *ref, struct arena *arena, struct err *err)
{
    const char *folder = arena_printf(arena, "%s/%s", config->cache_path,
                                      config->inventory.url ? "inventory" : "output");
    AUTO(clone_close) struct clone *clone = NULL;
    struct remote_access access;
    int result = -1;

    out->found = (struct specs){ .pod_namespace = config->pod_namespace };
    if (init_git(GIT_ACCESS_USER_AGENT, err) < 0
        || remote_access_open(&access, config_inventory_url(config), config_inventory_auth(config),
                              arena, err)
               < 0)
        return -1;
    if (file_make_folders(config->cache_path, 0700, err) == 0
        && clone_open(&clone, folder, &access.spec, err) == 0
        && choose(out, clone, config, ref, arena, err) == 0)
        result = read_chosen(out, clone, config, arena, err);
    remote_access_close(&access);
    return result;
}

static int read_folder(struct inventory_source *out, const struct config *config,
                       const char *folder, struct arena *arena, struct err *err)
{
    out->origin = INVENTORY_DIR;
    out->text = arena_printf(arena, "inventory %s", folder);
    if (inventory_read_folder(&out->found, folder,
                              config ? config->pod_namespace : POD_NAMESPACE_DEFAULT, arena, err)
        < 0)
        return err_wrap(err, "read the inventory (--inventory)");
    return 0;
}

int inventory_source_find(struct inventory_source *out, const struct config *config,
                          const char *named, struct arena *arena, struct err *err)
{
    *out = (struct inventory_source){ .text = "" };
    if (named && is_folder(named))
        return read_folder(out, config, named, arena, err);
    if (named && !config)
        return err_set(err, ERR_INPUT, 0,
                       "--inventory: there is no folder %s here; for a commit or branch of the "
                       "output repository name the configuration, too (-c weft.yaml)",
                       named);
    if (!named && !(config && config->discovery.enabled))
        return 0;
    return read_repository(out, config, named, arena, err);
}

/* A comparison joins two specs with one inventory, so precedence gets arrays to use up. */
static struct specs copy_found(const struct specs *found, struct arena *arena)
{
    struct specs copy = *found;

    copy.destinations = arena_grow(arena, found->destinations, found->destination_count,
                                   found->destination_count, sizeof *found->destinations);
    copy.workloads = arena_grow(arena, found->workloads, found->workload_count,
                                found->workload_count, sizeof *found->workloads);
    return copy;
}

void inventory_source_join(const struct inventory_source *source, struct specs *specs,
                           struct findings *findings, struct arena *arena)
{
    const struct specs own = *specs;
    struct specs found;

    if (source->origin == INVENTORY_UNUSED)
        return;
    found = copy_found(&source->found, arena);
    precedence_apply(specs, findings, &own, &found, arena);
}
