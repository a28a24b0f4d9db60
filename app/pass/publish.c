/* app/pass/publish.c - hands the tree of a pass to the output branch and remembers what was
 * published; decides no content. */
#include "app/pass/publish.h"
#include "app/pass/branch.h"
#include "app/pass/deletion_limit.h"
#include "app/pass/facts.h"
#include "app/pass/pending.h"
#include "app/pass/tree.h"
#include "app/pass/trust.h"
#include "base/fault.h"
#include "base/map.h"
#include "base/plural.h"
#include "ci/summary.h"
#include "pki/desired.h"
#include "pki/publication.h"
#include "pki/rotation_request.h"
#include "pki/trust.h"
#include "sync/snapshot.h"
#include "translate/resolve.h"
#include "version.h"
#include <stdio.h>
#include <string.h>

struct publishing {
    struct pass *pass;
    struct filetree *tree;
    struct tree_reader tip;
    bool allowed;
    bool retried;
    struct trailer *counter; /* of the commit that is being made */
};

/* The first try has its plan already; after a lost race the plan is made anew on what the other
 * writer left. */
static int build(void *context, struct filetree **out, const struct tree_reader *tip,
                 struct arena *arena, struct err *err)
{
    struct publishing *publishing = context;
    struct pass *pass = publishing->pass;

    (void)arena;
    if (publishing->retried) {
        const struct translate_options options = config_translate_options(pass->config);

        progress_note(pass->progress,
                      "somebody pushed to %s meanwhile; rendering again on the new tip",
                      pass->config->output.branch);
        if (translate_resolve(&pass->plan, &pass->specs, &options, tip, pass->arena, err) < 0
            || branch_check(pass, pass->published.tip, tip, err) < 0
            || pass_trust_again(pass, tip, err) < 0)
            return -1;
    }
    publishing->retried = true;
    if (branch_counter(&pass->counter, pass, pass->published.tip, err) < 0)
        return -1;
    publishing->counter->value =
        arena_printf(pass->arena, "%llu", (unsigned long long)pass->counter);
    if (tree_build(out, pass, tip, pass->arena, err) < 0)
        return -1;
    publishing->tree = *out;
    publishing->tip = *tip;
    return 0;
}

enum { LOSSES_TOLD = 20 };

/* What the fuse held, for those who only see the log. */
static void tell_held(const struct pass *pass, const struct change *changes, size_t count)
{
    const struct summary summary = summary_of(changes, count, pass->arena);

    for (size_t i = 0; i < summary.count; i++)
        if (summary.rows[i].removed)
            progress_warn(pass->progress, "%s %s: +%zu ~%zu -%zu files", summary.rows[i].cluster,
                          summary.rows[i].kind, summary.rows[i].added, summary.rows[i].changed,
                          summary.rows[i].removed);
    for (size_t i = 0, told = 0; i < pass->losses.count && told < LOSSES_TOLD; i++)
        if (!pass->losses.items[i].meant) {
            progress_warn(pass->progress, "cluster %s, %s: %s (%s)", pass->losses.items[i].cluster,
                          pass->losses.items[i].object, pass->losses.items[i].effect,
                          pass->losses.items[i].why);
            told++;
        }
}

/* A dry pass goes on, so that people see what is held; it ends as the pass would. */
static int approve(void *context, const struct change *changes, size_t count, struct err *err)
{
    struct publishing *publishing = context;
    struct pass *pass = publishing->pass;
    struct deletion_limit fuse = { pass->config->output.max_deleted_share, publishing->allowed,
                                   publishing->tree, &pass->losses, pass->arena };
    const struct loss_facts facts = { &pass->specs, &publishing->tip, publishing->tree,
                                      pass->texts };

    if (losses_find(&pass->losses, &facts, changes, count, pass->arena, err) < 0)
        return -1;
    if (deletion_limit_check(&fuse, changes, count, err) == 0)
        return 0;
    if (pass->options->command != COMMAND_PLAN)
        tell_held(pass, changes, count);
    if (!pass->dry)
        return -1;
    pass->refusal = arena_text(pass->arena, err->text);
    return 0;
}

/* Trust moves by weft's gates only: older certificates on the branch are not left there for
 * clusters to load, whoever set them back.  docs/rotation.md 5 */
static bool asserts(void *context, const char *path)
{
    const char *below =
        text_starts(path, "clusters/") ? strchr(path + strlen("clusters/"), '/') : NULL;

    (void)context;
    return (below && text_starts(below, "/trust/")) || text_starts(path, "weft/")
           || text_starts(path, "receipts/");
}

static bool owns(void *context, const char *path, const char *bytes, size_t len)
{
    (void)context;
    return tree_owns(path, bytes, len);
}

/* The virtual meshes of this pass, for the subject and a trailer; cut when there are many. */
static const char *names_of(const struct pass *pass)
{
    const char *names = "";

    for (size_t i = 0; i < pass->plan.mesh_count && i < 10; i++)
        names = arena_printf(pass->arena, "%s%s%s/%s", names, i ? ", " : "",
                             pass->plan.meshes[i].status.ref.namespace,
                             pass->plan.meshes[i].status.ref.name);
    if (pass->plan.mesh_count > 10)
        names = arena_printf(pass->arena, "%s and %zu more", names, pass->plan.mesh_count - 10);
    return names;
}

enum { AT_COUNTER = 7, TRAILERS_FIXED = 8, ROTATIONS_MAX = 20, WORDS_MAX = 20 };

/* Where each rotation stands, and why: an operator's word is in the last condition. */
static size_t fill_rotations(struct trailer *trailers, const struct pass *pass)
{
    size_t count = 0;

    for (size_t i = 0; i < pass->plan.mesh_count && count < ROTATIONS_MAX; i++) {
        const struct vm_status *status = &pass->plan.meshes[i].status;
        const char *name = object_ref_text(status->ref, pass->arena);
        const struct ledger_rotation *row = ledger_find_rotation(&pass->ledger, name);
        const struct rotation_condition *last =
            status->condition_count ? &status->conditions[status->condition_count - 1] : NULL;

        if (!row || !last || row->state == ROTATION_NOT_ROTATING)
            continue;
        trailers[count++] =
            (struct trailer){ "Weft-Rotation",
                              arena_printf(pass->arena, "%s %s/%d %s: %s", name, row->id, row->step,
                                           enums_name(&rotation_states, (int)row->state),
                                           last->message) };
    }
    return count;
}

/* An operator's words, each once. */
static size_t fill_words(struct trailer *trailers, size_t room, const struct pass *pass)
{
    size_t count = 0;

    for (const struct ledger_rotation *row = pass->ledger.rotations; row && count < room;
         row = row->next) {
        const char *words = rotation_request_summary(&pass->ledger, row->virtual_mesh);

        if (*words)
            trailers[count++] =
                (struct trailer){ TRAILER_OPERATOR,
                                  arena_printf(pass->arena, "%s: %s", row->virtual_mesh, words) };
    }
    return count;
}

/* The plan is what the inputs ask for; its digest joins a commit with the report and the ledger. */
static void fill_trailers(struct trailer *trailers, const struct pass *pass)
{
    trailers[0] = (struct trailer){ "Weft-Source", pass->config->specs.url };
    trailers[1] = (struct trailer){ TRAILER_SOURCE_COMMIT, pass->specs_commit };
    trailers[2] = (struct trailer){ "Weft-Version", WEFT_VERSION };
    trailers[3] =
        (struct trailer){ TRAILER_DIGEST, arena_printf(pass->arena, "sha256:%s", pass->inputs) };
    trailers[4] = (struct trailer){ "Weft-Virtual-Meshes", names_of(pass) };
    trailers[5] = (struct trailer){ TRAILER_STATE, branch_state(pass) };
    trailers[6] = (struct trailer){ TRAILER_INSTANCE, branch_instance(pass->arena) };
    trailers[AT_COUNTER] = (struct trailer){ TRAILER_COUNTER, "" };
}

/* A record may hold a warning of this pass alone, so the next one has to look, too: until a pass
 * finds nothing to change, as weft plan would. */
static bool says_something(const struct pass *pass)
{
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        const struct vm_status *status = &pass->plan.meshes[i].status;

        if (status->warnings.count || status->errors.count)
            return true;
        for (size_t k = 0; k < status->mesh_count; k++)
            if (status->meshes[k].warnings.count || status->meshes[k].errors.count)
                return true;
    }
    return false;
}

static void remember(struct pass *pass)
{
    const struct config *config = pass->config;
    struct ledger_publication *publication =
        ledger_find_publication(&pass->ledger, config->output.url, config->output.branch);
    const struct ledger_publication *known = branch_publication(pass);
    uint64_t counter = known ? known->counter : 0;
    int64_t published = known ? known->published : 0;

    if (!publication) {
        publication = ledger_add_publication(&pass->ledger);
        publication->repository = config->output.url;
        publication->branch = config->output.branch;
    }
    publication->counter = pass->published.committed ? pass->counter : counter;
    publication->published = pass->published.committed ? pass->options->now : published;
    publication->commit = pass->published.commit;
    publication->specs_commit = pass->specs_commit;
    publication->inputs = pass->published.change_count && says_something(pass) ? "" : pass->inputs;
    publication->changed = true;
}

static const struct mesh_identity *mesh_of(const struct pass *pass, const char *virtual_mesh,
                                           const char *mesh)
{
    for (size_t i = 0; i < pass->plan.mesh_count; i++) {
        const struct trust_request *request = pass->plan.meshes[i].trust;

        for (size_t k = 0;
             request && strcmp(request->name, virtual_mesh) == 0 && k < request->mesh_count; k++)
            if (strcmp(request->meshes[k].key, mesh) == 0)
                return &request->meshes[k];
    }
    return NULL;
}

/* What the ledger wants a mesh to hold stood in the tree that was pushed.  Files that were kept as
 * they are, because something could not be sealed, written or decided, are not that. */
static bool is_out(void *context, const char *virtual_mesh, const char *mesh)
{
    const struct pass *pass = context;
    const struct mesh_identity *home = mesh_of(pass, virtual_mesh, mesh);
    const struct ledger_delivery *row =
        home ? map_find(pass->delivered, pass_trust_path(pass, home, pass->arena)) : NULL;

    return row && desired_material_fits(&pass->ledger, virtual_mesh, mesh, row->mark, pass->arena);
}

static void tell(struct pass *pass)
{
    const struct publish_result *result = &pass->published;
    struct summary summary = summary_of(result->changes, result->change_count, pass->arena);

    if (!result->change_count)
        progress_end(pass->progress, "nothing changed: %s stays at %.12s",
                     pass->config->output.branch, *result->commit ? result->commit : "nothing");
    else if (pass->dry)
        progress_end(pass->progress, "would change %s: +%zu ~%zu -%zu files in %s",
                     pass->config->output.branch, summary.added, summary.changed, summary.removed,
                     plural_count(summary.clusters, "cluster", pass->arena));
    else
        progress_end(pass->progress, "%s is now %.12s: +%zu ~%zu -%zu files in %s",
                     pass->config->output.branch, result->commit, summary.added, summary.changed,
                     summary.removed, plural_count(summary.clusters, "cluster", pass->arena));
}

int pass_publish(struct pass *pass, struct err *err)
{
    const struct config_output *output = &pass->config->output;
    struct publishing publishing = { .pass = pass };
    const struct trust_delivered delivered = { is_out, pass };
    const char *acknowledged = snapshot_trailer(pass->specs_snapshot, FUSE_TRAILER, pass->arena);
    struct trailer trailers[TRAILERS_FIXED + ROTATIONS_MAX + WORDS_MAX];
    struct publish_request request = {
        .branch = output->branch,
        .folder = output->path,
        .author_name = output->author_name,
        .author_email = output->author_email,
        .now = pass->options->now,
        .subject = arena_printf(pass->arena, "render specs at %.12s", pass->specs_commit),
        .trailers = trailers,
        .trailer_count = TRAILERS_FIXED,
        .build = build,
        .approve = approve,
        .owns = owns,
        .asserts = asserts,
        .context = &publishing,
        .overwrite_drift = pass->options->overwrite_drift || output->on_drift == DRIFT_OVERWRITE,
        .dry_run = pass->dry,
    };

    publishing.allowed = pass->options->allow_deletions || text_equal(acknowledged, "yes");
    fill_trailers(trailers, pass);
    publishing.counter = &trailers[AT_COUNTER];
    request.trailer_count += fill_rotations(trailers + TRAILERS_FIXED, pass);
    request.trailer_count += fill_words(trailers + request.trailer_count, WORDS_MAX, pass);
    progress_begin(pass->progress, pass->dry ? "compare" : "publish");
    if (publish(&pass->published, pass->output_clone, &request, pass->arena, err) < 0)
        return err_wrap(err, "publish to %s of %s", output->branch, output->url);
    if (pass->dry && pending_find(pass, err) < 0)
        return err_wrap(err, "foresee what becomes of the trust");
    if (pass->refusal)
        return err_set(err, ERR_REFUSED, 0, "%s", pass->refusal);
    tell(pass);
    if (pass->dry)
        return 0;
    FAULT("pass.published");
    remember(pass);
    if (publication_done(&pass->ledger, pass->options->now, &delivered, err) < 0
        || (pass->published.committed && rotation_request_announced(&pass->ledger, err) < 0))
        return err_wrap(err, "note that the trust was published");
    return store_save(pass->store, &pass->ledger, err);
}
