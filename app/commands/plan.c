/* app/commands/plan.c - weft plan: a dry pass, shown.
 *
 * It runs pass_run in a dry session: the same stages, whose writes are left out one by one where
 * they happen. Nothing is issued, so files that would carry new certificates are named and not
 * shown. A plan whose changes a pass would refuse is printed before the command fails, because the
 * refusal is about exactly these changes.
 *
 * Exit statuses are those of plan_status_exit; as in Terraform, changes have one of their own, so
 * that a pipeline can stop before an apply. */
#include "app/commands/plan.h"
#include "app/commands/command.h"
#include "app/commands/plan_compare.h"
#include "app/commands/plan_file.h"
#include "app/commands/plan_status.h"
#include "app/pass/pass.h"
#include "app/pass/pending.h"
#include "app/pass/plan_effects.h"
#include "base/blobs.h"
#include "ci/plan.h"
#include "sync/diff.h"
#include <string.h>

/* People cannot read encrypted files, so a diff of them would only alarm. */
static bool shows_text(const char *path) { return !strstr(path, "/trust/"); }

/* Both sides of each changed file, as a text diff. */
static int diff_changes(struct text *out, const struct outcome *outcome,
                        const struct session *session, struct err *err)
{
    const struct tree_reader tip = inputs_tip(&outcome->inputs, session);

    for (size_t i = 0; i < outcome->published.result.change_count; i++) {
        const struct change *change = &outcome->published.result.changes[i];
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
                    : blob_memory_find(session->memory, &change->after, &after_len);
        if (diff_text(out, change->path, before, before_len, after, after_len, err) < 0)
            return -1;
    }
    return 0;
}

/* The exit status; -1 and err. */
static int show(const struct outcome *outcome, const struct session *session, struct err *err)
{
    const struct options *options = session->options;
    int format = enums_find(&plan_formats, enums_name(&output_formats, (int)options->format));
    struct plan_effects effects;
    AUTO_TEXT diff = { 0 };
    AUTO_TEXT out = { 0 };
    int status;

    if (options->diff && diff_changes(&diff, outcome, session, err) < 0)
        return -1;
    plan_effects_find(&effects, outcome, session);
    plan_print(&out, &outcome->report, &effects,
               options->diff ? (diff.bytes ? diff.bytes : "") : NULL, (enum plan_format)format,
               session->arena);
    progress_clear(session->progress);
    status = format == PLAN_TABLE ? command_show(&out, options) : command_print(&out);
    if (status != EXIT_CONVERGED)
        return err_set(err, ERR_SYSTEM, 0, "print the plan");
    return plan_status_exit(
        (struct plan_status){ .changes = !plan_empty(&outcome->report),
                              .refused = outcome_is_refused(outcome),
                              .attention = plan_attention(&outcome->report, &effects) },
        options->detailed_exitcode);
}

static int save(const struct outcome *outcome, const struct session *session, struct err *err)
{
    const char *path = session->options->out;

    return path ? plan_file_write(path, outcome, session->arena, err) : 0;
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
    if (options->base || options->head)
        return plan_compare(&config, options, arena);
    if (options->ref)
        config.specs.ref = options->ref;
    AUTO_SCRATCH scratch = scratch_open(&config, arena);
    AUTO_SESSION session = {
        .config = &config, .options = options, .progress = &progress, .arena = arena, .dry = true
    };
    AUTO_OUTCOME outcome = { 0 };

    if (pass_run(&outcome, &session, &err) < 0) {
        if (outcome.published.refusal && show(&outcome, &session, &err) < 0)
            progress_fail(&progress, err.text);
        return EXIT_FAILED;
    }
    if ((status = show(&outcome, &session, &err)) < 0 || save(&outcome, &session, &err) < 0) {
        progress_fail(&progress, err.text);
        return EXIT_FAILED;
    }
    return status;
}
