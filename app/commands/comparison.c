/* app/commands/comparison.c - reads both sides, renders them in memory, and finds what differs.
 * Prints nothing.
 *
 * Both sides are rendered against an empty branch. What a real pass keeps from the branch
 * (retained files of refused objects, virtual IPs that moved) is therefore not in a comparison: it
 * shows what the specs mean, and two commits compare equal whatever was deployed in between. The
 * same inventory is joined to both sides, so a change in a cluster never looks like a change of
 * the specs.
 *
 * Findings are collected for the head alone: those of the base are none of the change. */
#include "app/commands/comparison.h"
#include "app/commands/inventory_source.h"
#include "app/git_access.h"
#include "app/pass/plan_effects.h"
#include "app/specs_source.h"
#include "sync/diff.h"
#include "sync/init.h"
#include "translate/findings.h"
#include "translate/render.h"
#include "translate/resolve.h"
#include "version.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct translate_options how_of(const struct comparison *at)
{
    return at->config ? config_translate_options(at->config)
                      : (struct translate_options){ .program = "weft " WEFT_VERSION };
}

static int render(struct comparison *at, size_t side, const struct inventory_source *inventory,
                  struct err *err)
{
    const struct translate_options how = how_of(at);
    struct blobs blobs = blob_memory_sink(at->memory);
    struct findings unused = { .arena = at->arena };
    struct comparison_side *out = &at->sides[side];
    struct specs *specs = &out->specs.specs;

    out->tree = filetree_new(at->arena);
    if (inventory)
        inventory_source_join(inventory, specs, side == SIDE_HEAD ? &at->findings : &unused,
                              at->arena);
    if (translate_resolve(&out->plan, specs, &how, &tree_reader_empty, at->arena, err) < 0)
        return -1;
    return translate_render(out->tree, &out->plan, &blobs, &tree_reader_empty, at->arena, err);
}

/* --- files --- */

static void add_change(struct comparison *at, struct change change)
{
    *ARENA_PUSH(at->arena, at->changes, at->change_count) = change;
}

static int visit_head(void *context, const char *path, const struct git_id *blob)
{
    struct comparison *at = context;
    const struct filetree_entry *was = filetree_find(at->sides[SIDE_BASE].tree, path);
    struct change change = { .kind = was ? CHANGE_CHANGED : CHANGE_ADDED,
                             .path = arena_text(at->arena, path),
                             .after = *blob };

    if (was)
        change.before = was->blob;
    if (!was || memcmp(&was->blob, blob, sizeof *blob) != 0)
        add_change(at, change);
    return 0;
}

static int visit_base(void *context, const char *path, const struct git_id *blob)
{
    struct comparison *at = context;

    if (!filetree_find(at->sides[SIDE_HEAD].tree, path))
        add_change(at, (struct change){ .kind = CHANGE_REMOVED,
                                        .path = arena_text(at->arena, path),
                                        .before = *blob });
    return 0;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct change *)a)->path, ((const struct change *)b)->path);
}

/* Two walks and one sort, so a comparison costs the size of both trees and not their product. */
static void find_changes(struct comparison *at)
{
    filetree_walk(at->sides[SIDE_HEAD].tree, visit_head, at);
    filetree_walk(at->sides[SIDE_BASE].tree, visit_base, at);
    if (at->change_count)
        qsort(at->changes, at->change_count, sizeof *at->changes, by_path);
}

int comparison_diff(struct text *out, const struct comparison *at, struct err *err)
{
    text_adds(out, "");
    for (size_t i = 0; i < at->change_count; i++) {
        const struct change *change = &at->changes[i];
        const char *before = NULL, *after = NULL;
        size_t before_len = 0, after_len = 0;

        if (change->kind != CHANGE_ADDED)
            before = blob_memory_find(at->memory, &change->before, &before_len);
        if (change->kind != CHANGE_REMOVED)
            after = blob_memory_find(at->memory, &change->after, &after_len);
        if (diff_text(out, change->path, before, before_len, after, after_len, err) < 0)
            return -1;
    }
    return 0;
}

/* --- both sides --- */

static void begin(struct comparison *out, const struct config *config, struct arena *arena)
{
    *out = (struct comparison){ .config = config,
                                .memory = blob_memory_new(arena),
                                .findings = { .arena = arena },
                                .arena = arena };
    for (size_t i = 0; i < SIDES; i++)
        out->sides[i].specs.diags.arena = arena;
}

static int compare(struct comparison *at, const struct inventory_source *inventory, struct err *err)
{
    struct comparison_side *head = &at->sides[SIDE_HEAD];

    if (render(at, SIDE_BASE, inventory, err) < 0 || render(at, SIDE_HEAD, inventory, err) < 0)
        return -1;
    find_changes(at);
    diags_sort(&head->specs.diags);
    findings_gather(&at->findings, &head->specs.diags, &head->specs.specs, &head->plan);
    return 0;
}

int comparison_of_refs(struct comparison *out, const struct config *config, const char *base,
                       const char *head, struct arena *arena, struct err *err)
{
    const char *const refs[] = { base, head };
    struct specs_commit commits[SIDES] = { { .diags = { .arena = arena } },
                                           { .diags = { .arena = arena } } };
    struct inventory_source inventory;

    begin(out, config, arena);
    if (inventory_source_find(&inventory, config, NULL, arena, err) < 0
        || specs_commit_read(commits, refs, SIDES, config, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < SIDES; i++)
        out->sides[i].specs = commits[i];
    return compare(out, &inventory, err);
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

/* No such folder, or nothing in it. */
static bool is_empty(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_visible, NULL);
    struct stat info;

    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return count == 0 || (count < 0 && stat(folder, &info) < 0);
}

static int read_folder(struct specs_commit *out, const char *folder, const char *pod_namespace,
                       struct arena *arena, struct err *err)
{
    return specs_source_folder(&out->specs, &out->files, folder, pod_namespace, arena, &out->diags,
                               err);
}

/* A folder that is missing or empty is a side without objects: the first change of a repository
 * adds everything. */
static int read_base(struct specs_commit *out, const char *folder, const char *pod_namespace,
                     struct arena *arena, struct err *err)
{
    if (!is_empty(folder))
        return read_folder(out, folder, pod_namespace, arena, err);
    specs_end(&out->specs, specs_begin(arena, &out->diags, pod_namespace));
    return 0;
}

int comparison_of_folders(struct comparison *out, const struct config *config, const char *base,
                          const char *head, const char *inventory, struct arena *arena,
                          struct err *err)
{
    const char *pod_namespace = config ? config->pod_namespace : NULL;
    struct inventory_source source;

    begin(out, config, arena);
    if (init_git(GIT_ACCESS_USER_AGENT, err) < 0
        || read_base(&out->sides[SIDE_BASE].specs, base, pod_namespace, arena, err) < 0
        || read_folder(&out->sides[SIDE_HEAD].specs, head, pod_namespace, arena, err) < 0
        || (inventory && inventory_source_find(&source, config, inventory, arena, err) < 0))
        return -1;
    return compare(out, inventory ? &source : NULL, err);
}

/* --- what came of it --- */

struct plan_status comparison_status(const struct comparison *at, const struct report *report,
                                     const struct plan_effects *effects)
{
    const struct comparison_side *head = &at->sides[SIDE_HEAD];

    return (struct plan_status){ .changes = at->change_count || effects->found.count,
                                 .refused =
                                     head->specs.diags.errors || resolve_is_refused(&head->plan),
                                 .attention = plan_attention(report, effects) };
}

struct plan_effects comparison_effects(const struct comparison *at)
{
    return (struct plan_effects){
        .graph = plan_effects_graph(&at->sides[SIDE_HEAD].plan, at->arena),
        .found = effect_find_all(&at->sides[SIDE_BASE].plan, &at->sides[SIDE_HEAD].plan, at->arena),
        .since = at->sides[SIDE_BASE].specs.id
    };
}

struct report comparison_report(const struct comparison *at)
{
    const struct plan *plan = &at->sides[SIDE_HEAD].plan;
    const struct vm_status **statuses =
        ARENA_NEW(at->arena, const struct vm_status *, plan->virtual_mesh_count + 1);

    for (size_t i = 0; i < plan->virtual_mesh_count; i++)
        statuses[i] = &plan->virtual_meshes[i].status;
    return (struct report){ .specs_url = at->config ? at->config->specs.url : NULL,
                            .specs_commit = at->sides[SIDE_HEAD].specs.id,
                            .specs_base = at->sides[SIDE_BASE].specs.id,
                            .output_branch = at->config ? at->config->output.branch : NULL,
                            .changes = at->changes,
                            .change_count = at->change_count,
                            .statuses = statuses,
                            .status_count = plan->virtual_mesh_count,
                            .policies = plan->policies,
                            .policy_count = plan->policy_count,
                            .findings = &at->findings,
                            .diags = &at->sides[SIDE_HEAD].specs.diags };
}
