/* app/commands/plan_compare.c - weft plan --base REF --head REF: what lies between two commits of
 * the specs.  No keys and no output branch, so certificates are left out. */
#include "app/commands/plan_compare.h"
#include "app/commands/command.h"
#include "app/commands/inventory_source.h"
#include "app/commands/plan_status.h"
#include "app/specs_commit.h"
#include "base/blobs.h"
#include "ci/plan.h"
#include "sync/diff.h"
#include "translate/findings.h"
#include "translate/render.h"
#include "translate/resolve.h"
#include <stdlib.h>
#include <string.h>

enum { BASE, HEAD, SIDES };

struct rendered {
    struct plan plan;
    struct filetree *tree;
};

struct comparison {
    const struct options *options;
    const struct config *config;
    struct specs_commit commits[SIDES];
    struct rendered sides[SIDES];
    struct blob_memory *memory;
    struct change *changes; /* sorted by path */
    size_t change_count;
    struct findings findings; /* of the head */
    struct arena *arena;
};

static int render(struct comparison *at, size_t side, const struct inventory_source *inventory,
                  struct err *err)
{
    const struct translate_options how = config_translate_options(at->config);
    struct blobs blobs = blob_memory_sink(at->memory);
    struct findings unused = { .arena = at->arena };
    struct rendered *out = &at->sides[side];
    struct specs *specs = &at->commits[side].specs;

    out->tree = filetree_new(at->arena);
    inventory_source_join(inventory, specs, side == HEAD ? &at->findings : &unused, at->arena);
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
    const struct filetree_entry *was = filetree_find(at->sides[BASE].tree, path);
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

    if (!filetree_find(at->sides[HEAD].tree, path))
        add_change(at, (struct change){ .kind = CHANGE_REMOVED,
                                        .path = arena_text(at->arena, path),
                                        .before = *blob });
    return 0;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct change *)a)->path, ((const struct change *)b)->path);
}

static void find_changes(struct comparison *at)
{
    filetree_walk(at->sides[HEAD].tree, visit_head, at);
    filetree_walk(at->sides[BASE].tree, visit_base, at);
    if (at->change_count)
        qsort(at->changes, at->change_count, sizeof *at->changes, by_path);
}

static int add_diff(struct text *out, const struct comparison *at, struct err *err)
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

/* --- output --- */

static struct report report_of(const struct comparison *at)
{
    const struct plan *plan = &at->sides[HEAD].plan;
    const struct vm_status **statuses =
        ARENA_NEW(at->arena, const struct vm_status *, plan->virtual_mesh_count + 1);

    for (size_t i = 0; i < plan->virtual_mesh_count; i++)
        statuses[i] = &plan->virtual_meshes[i].status;
    return (struct report){ .specs_url = at->config->specs.url,
                            .specs_commit = at->commits[HEAD].id,
                            .specs_base = at->commits[BASE].id,
                            .output_branch = at->config->output.branch,
                            .changes = at->changes,
                            .change_count = at->change_count,
                            .statuses = statuses,
                            .status_count = plan->virtual_mesh_count,
                            .policies = plan->policies,
                            .policy_count = plan->policy_count,
                            .findings = &at->findings,
                            .diags = &at->commits[HEAD].diags };
}

static int compare(struct comparison *at, struct err *err)
{
    const char *const refs[] = { at->options->base, at->options->head };
    struct inventory_source inventory;

    if (inventory_source_find(&inventory, at->config, NULL, at->arena, err) < 0
        || specs_commit_read(at->commits, refs, SIDES, at->config, at->arena, err) < 0
        || render(at, BASE, &inventory, err) < 0 || render(at, HEAD, &inventory, err) < 0)
        return -1;
    find_changes(at);
    diags_sort(&at->commits[HEAD].diags);
    findings_gather(&at->findings, &at->commits[HEAD].diags, &at->commits[HEAD].specs,
                    &at->sides[HEAD].plan);
    return 0;
}

/* The exit status; -1 and err. */
static int show(const struct comparison *at, struct err *err)
{
    const struct options *options = at->options;
    const int format = enums_find(&plan_formats, enums_name(&output_formats, (int)options->format));
    const struct report report = report_of(at);
    const struct plan_effects effects = {
        .found = effect_find_all(&at->sides[BASE].plan, &at->sides[HEAD].plan, at->arena),
        .since = at->commits[BASE].id
    };
    AUTO_TEXT diff = { 0 };
    AUTO_TEXT out = { 0 };

    if (options->diff && add_diff(&diff, at, err) < 0)
        return -1;
    plan_print(&out, &report, &effects, options->diff ? diff.bytes : NULL, (enum plan_format)format,
               at->arena);
    if ((format == PLAN_TABLE ? command_show(&out, options) : command_print(&out))
        != EXIT_CONVERGED)
        return err_set(err, ERR_SYSTEM, 0, "print the plan");
    return plan_status_exit(
        (struct plan_status){ .changes = at->change_count || effects.found.count,
                              .refused = at->commits[HEAD].diags.errors
                                         || resolve_is_refused(&at->sides[HEAD].plan),
                              .attention = plan_attention(&report, &effects) },
        options->detailed_exitcode);
}

int plan_compare(struct config *config, const struct options *options, struct arena *arena)
{
    struct comparison at = { .options = options,
                             .config = config,
                             .memory = blob_memory_new(arena),
                             .findings = { .arena = arena },
                             .arena = arena };
    AUTO_SCRATCH scratch = scratch_open(config, arena);
    struct err err;
    int status;

    at.commits[BASE].diags.arena = at.commits[HEAD].diags.arena = arena;
    if (compare(&at, &err) < 0 || (status = show(&at, &err)) < 0) {
        fprintf(stderr, "weft: %s\n", err.text);
        return EXIT_FAILED;
    }
    return status;
}
