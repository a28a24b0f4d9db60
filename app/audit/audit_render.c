/* app/audit/audit_render.c - the manifests of a commit, rendered again.
 *
 * A pass renders on a tip, whose records and retained files it takes over, and its commit has that
 * tip as its parent.  So the same specs, inventory and options on the tree of the parent give the
 * same manifests, byte for byte.  The trailers name specs and inventory; the options are in no
 * commit, but the plan digest covers the configuration: where it is that of this configuration, a
 * difference is an edit.  Where it is not, equal bytes still prove the commit, and other bytes
 * prove nothing. */
#include "app/audit/audit_render.h"
#include "app/inventory_read.h"
#include "app/output_file.h"
#include "app/plan_digest.h"
#include "app/specs_source.h"
#include "base/blobs.h"
#include "base/text.h"
#include "discovery/precedence.h"
#include "sync/fetch.h"
#include "sync/tree_compare.h"
#include "translate/render.h"
#include "translate/resolve.h"
#include "version.h"
#include <string.h>

struct audit_rendering {
    struct audit_report *report;
    struct audit_sources *sources;
    const struct audit_entry *entry;
    struct snapshot *before, *after;
    struct blob_memory *memory;
    struct arena *arena;
};

static void add(struct audit_rendering *at, enum audit_verdict verdict, const char *text)
{
    audit_report_add(at->report,
                     (struct audit_finding){ .check = AUDIT_RENDER,
                                             .verdict = verdict,
                                             .commit = at->entry->commit->id,
                                             .text = arena_text(at->report->arena, text) });
}

/* The server is asked once: it brings all branches and tags. */
static bool has_source(struct audit_sources *sources, const char *commit)
{
    char fetched[41];
    struct err err;

    if (clone_has(sources->specs, commit))
        return true;
    if (!sources->specs_asked) {
        sources->specs_asked = true;
        if (clone_fetch(sources->specs, fetched, commit, true, &err) < 0)
            return false;
    }
    return clone_has(sources->specs, commit);
}

/* Why the commit cannot be rendered here; NULL: it can. */
static const char *obstacle(struct audit_rendering *at)
{
    struct audit_sources *sources = at->sources;
    const struct audit_entry *entry = at->entry;

    if (!text_equal(entry->version, WEFT_VERSION))
        return arena_printf(at->arena, "made by version %.40s, and this is " WEFT_VERSION,
                            entry->version);
    if (!sources->specs)
        return sources->why;
    if (!*entry->source_commit || !has_source(sources, entry->source_commit))
        return arena_printf(at->arena,
                            "specs commit %.12s is on no branch or tag of the specs repository",
                            entry->source_commit);
    if (*entry->inventory && !clone_has(sources->inventory, entry->inventory))
        return arena_printf(at->arena, "inventory commit %.12s is not on the inventory branch",
                            entry->inventory);
    return NULL;
}

/* --- the sources --- */

static int read_specs(struct specs *out, struct audit_rendering *at, struct err *err)
{
    const struct config *config = at->sources->config;
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct diags diags = { .arena = at->arena };
    size_t files;

    if (snapshot_open(&snapshot, at->sources->specs, at->entry->source_commit, err) < 0)
        return -1;
    return specs_source_snapshot(out, &files, snapshot, config->specs.path, config->pod_namespace,
                                 at->arena, &diags, err);
}

static int join_inventory(struct specs *specs, struct audit_rendering *at, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct findings unused = { .arena = at->arena };
    const struct specs own = *specs;
    struct specs found;

    if (!*at->entry->inventory)
        return 0;
    if (snapshot_open(&snapshot, at->sources->inventory, at->entry->inventory, err) < 0
        || inventory_read_commit(&found, snapshot, at->sources->config, at->arena, err) < 0)
        return -1;
    precedence_apply(specs, &unused, &own, &found, at->arena);
    return 0;
}

static int render(struct filetree **out, struct audit_rendering *at, struct err *err)
{
    const struct translate_options how = config_translate_options(at->sources->config);
    struct tree_reader tip = tree_reader_empty;
    struct blobs blobs;
    struct specs specs;
    struct plan plan;

    at->memory = blob_memory_new(at->arena);
    blobs = blob_memory_sink(at->memory);
    *out = filetree_new(at->arena);
    if (at->before)
        tip = snapshot_reader(at->before, at->sources->config->output.path, at->arena);
    if (read_specs(&specs, at, err) < 0 || join_inventory(&specs, at, err) < 0)
        return -1;
    if (translate_resolve(&plan, &specs, &how, &tip, at->arena, err) < 0)
        return -1;
    return translate_render(*out, &plan, &blobs, &tip, at->arena, err);
}

/* --- the comparison --- */

/* Manifests alone: all of clusters/ but clusters/<cluster>/trust/. */
static bool concerns(void *context, const char *path)
{
    const char *rest =
        text_starts(path, "clusters/") ? strchr(path + strlen("clusters/"), '/') : NULL;

    (void)context;
    return text_equal(path, "clusters/") || (rest && !text_starts(rest, "/trust/"));
}

static bool owns(void *context, const char *path, const char *bytes, size_t len)
{
    (void)context;
    return output_file_is_ours(path, bytes, len);
}

/* Whether the trailer has the digest that this configuration gives. */
static bool is_configuration_same(const struct audit_rendering *at)
{
    char digest[65];

    plan_digest_of(digest, at->sources->config, at->entry->source_commit, at->arena);
    if (*at->entry->inventory)
        plan_digest_add_inventory(digest, at->entry->inventory);
    return text_equal(at->entry->digest, arena_printf(at->arena, "sha256:%s", digest));
}

static int first_byte(long long *offset, size_t *line, struct audit_rendering *at,
                      const struct tree_mismatch *mismatch, struct err *err)
{
    struct tree_reader reader =
        snapshot_reader(at->after, at->sources->config->output.path, at->arena);
    const char *want;
    size_t want_len, len, same = 0;
    char *have;

    want = blob_memory_find(at->memory, &mismatch->expected, &want_len);
    if (reader.read(reader.context, mismatch->path, &have, &len, at->arena, err) < 0)
        return -1;
    *line = 1;
    while (want && have && same < want_len && same < len && want[same] == have[same])
        *line += have[same++] == '\n';
    *offset = (long long)same;
    return 0;
}

static int tell(struct audit_rendering *at, const struct tree_mismatch *mismatch, struct err *err)
{
    struct arena *arena = at->report->arena;
    const bool same_configuration = is_configuration_same(at);
    const char *what;
    long long offset = -1;
    size_t line;

    if (mismatch->missing) {
        what = "it is missing, and the specs render it";
    } else if (mismatch->extra) {
        what = "it is there, and the specs do not render it";
    } else {
        if (first_byte(&offset, &line, at, mismatch, err) < 0)
            return -1;
        what = arena_printf(arena, "byte %lld (line %zu) is the first that is not as rendered",
                            offset, line);
    }
    audit_report_add(
        at->report,
        (struct audit_finding){
            .check = AUDIT_RENDER,
            .verdict = same_configuration ? AUDIT_FAILED : AUDIT_UNCHECKED,
            .commit = at->entry->commit->id,
            .path = arena_text(arena, mismatch->path),
            .offset = offset,
            .text = same_configuration
                        ? arena_printf(arena, "%s from specs %.12s", what, at->entry->source_commit)
                        : arena_printf(arena,
                                       "%s, but the plan digest names another configuration than "
                                       "this one: verify it with the configuration of that time",
                                       what) });
    return 0;
}

int audit_render(struct audit_report *out, struct audit_sources *sources,
                 const struct audit_entry *entry, struct snapshot *before, struct snapshot *after,
                 struct err *err)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct audit_rendering at = { .report = out,
                                  .sources = sources,
                                  .entry = entry,
                                  .before = before,
                                  .after = after,
                                  .arena = arena };
    struct tree_compare_request request = { .snapshot = after,
                                            .folder = sources->config->output.path,
                                            .concerns = concerns,
                                            .owns = owns };
    const char *why = obstacle(&at);
    struct tree_mismatch mismatch;
    struct err refused;

    if (why) {
        add(&at, AUDIT_UNCHECKED, why);
        return 0;
    }
    if (render(&request.expected, &at, &refused) < 0) {
        add(&at, AUDIT_FAILED,
            arena_printf(arena, "its sources cannot be rendered: %s", refused.text));
        return 0;
    }
    if (tree_compare(&mismatch, &request, arena, err) < 0)
        return -1;
    return mismatch.path ? tell(&at, &mismatch, err) : 0;
}
