/* app/commands/plan.c - weft plan: a dry pass, shown. */
#include "app/commands/plan.h"
#include "app/commands/command.h"
#include "app/pass/facts.h"
#include "app/pass/pass.h"
#include "app/pass/pending.h"
#include "base/blobs.h"
#include "sync/diff.h"
#include <string.h>

/* Encrypted files say nothing to a reader, and a diff of them only frightens. */
static bool shows_text(const char *path) { return !strstr(path, "/trust/"); }

/* Both sides of each changed file, as a text diff. */
static int diff_changes(struct text *out, const struct pass *pass, struct err *err)
{
    const struct tree_reader tip = pass_tip(pass);

    for (size_t i = 0; i < pass->published.change_count; i++) {
        const struct change *change = &pass->published.changes[i];
        AUTO(arena_free) struct arena *scratch = arena_new();
        char *before = NULL;
        const char *after;
        size_t before_len = 0, after_len = 0;

        if (!shows_text(change->path) || pending_file(change)) {
            text_addf(out, "--- %s\n    (%s; not shown)\n", change->path,
                      shows_text(change->path) ? "written when the certificates are issued"
                                               : "encrypted");
            continue;
        }
        if (change->kind != CHANGE_ADDED
            && tip.read(tip.context, change->path, &before, &before_len, scratch, err) < 0)
            return -1;
        after = change->kind == CHANGE_REMOVED
                    ? NULL
                    : blob_memory_find(pass->memory, &change->after, &after_len);
        if (diff_text(out, change->path, before, before_len, after, after_len, err) < 0)
            return -1;
    }
    return 0;
}

static const struct vm_status **statuses_of(const struct pass *pass)
{
    const struct vm_status **statuses =
        ARENA_NEW(pass->arena, const struct vm_status *, pass->plan.mesh_count + 1);

    for (size_t i = 0; i < pass->plan.mesh_count; i++)
        statuses[i] = &pass->plan.meshes[i].status;
    return statuses;
}

static int show(const struct pass *pass, struct err *err)
{
    const struct options *options = pass->options;
    int format = enums_find(&plan_formats, options->format ? options->format : "table");
    AUTO_TEXT diff = { 0 };
    AUTO_TEXT out = { 0 };
    struct plan_view view = {
        .specs_url = pass->config->specs.url,
        .specs_commit = pass->specs_commit,
        .output_branch = pass->config->output.branch,
        .output_tip = pass->output_tip,
        .changes = pass->published.changes,
        .change_count = pass->published.change_count,
        .due = pass->due,
        .due_count = pass->due_count,
        .statuses = statuses_of(pass),
        .status_count = pass->plan.mesh_count,
        .policies = pass->plan.policies,
        .policy_count = pass->plan.policy_count,
        .losses = pass->losses.items,
        .loss_count = pass->losses.count,
        .refusal = pass->refusal,
        .findings = &pass->findings,
        .diags = &pass->diags,
    };

    if (options->diff && diff_changes(&diff, pass, err) < 0)
        return -1;
    view.diff = options->diff ? (diff.bytes ? diff.bytes : "") : NULL;
    plan_print(&out, &view, (enum plan_format)format, pass->arena);
    if (command_print(&out) != EXIT_CONVERGED)
        return err_set(err, ERR_SYSTEM, 0, "print the plan");
    return plan_empty(&view) ? EXIT_CONVERGED : EXIT_CHANGES;
}

int plan_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct progress progress = progress_start(options);
    struct config config;
    struct err err;
    int status;

    if (!command_config(&config, options, arena, &status))
        return status;
    AUTO_SCRATCH scratch = scratch_open(&config, arena);
    AUTO_PASS pass = {
        .config = &config, .options = options, .progress = &progress, .arena = arena, .dry = true
    };

    if (pass_run(&pass, &err) < 0) {
        if (pass.refusal && show(&pass, &err) < 0)
            progress_fail(&progress, err.text);
        return EXIT_FAILED;
    }
    if ((status = show(&pass, &err)) < 0) {
        progress_fail(&progress, err.text);
        return EXIT_FAILED;
    }
    return status == EXIT_CONVERGED && pass_refused(&pass) ? EXIT_REFUSED : status;
}
