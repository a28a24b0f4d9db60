/* app/commands/review.c - weft review: one document about a change of the specs.  No key, no
 * cluster.
 *
 * A review runs in the pipeline of a pull request, with rights to the specs at most. It needs no
 * state and no key, so a pull request that changes the pipeline can leak neither; a state that is
 * there is read for the inventory alone. The document is
 * printed and written before it is posted: a forge that does not answer must not cost the result.
 * A review that failed is posted as failed where that is possible, because reviewers take silence
 * for success.
 *
 * Folder and marker identify the comment (review_post.c), so several weft folders in one
 * repository have a comment each. */
#include "app/commands/review.h"
#include "app/commands/command.h"
#include "app/commands/comparison.h"
#include "app/commands/review_files.h"
#include "app/commands/review_post.h"

struct reviewing {
    const struct options *options;
    struct config config;
    const char *folder; /* of the head: on disk, or in the repository */
    struct comparison comparison;
    struct report report;
    struct plan_effects effects;
    struct plan_status status;
    struct review review;
    struct arena *arena;
};

/* --- both sides --- */

static int compare_folders(struct reviewing *at, const struct config *config, struct err *err)
{
    const struct options *options = at->options;

    at->folder = options->specs;
    return comparison_of_folders(&at->comparison, config, options->base_specs, options->specs,
                                 options->inventory, at->arena, err);
}

static int compare_refs(struct reviewing *at, struct err *err)
{
    at->folder = at->config.specs.path;
    return comparison_of_refs(&at->comparison, &at->config, at->options->base, at->options->head,
                              at->arena, err);
}

/* -1 with a text in err, or without one after command_config has printed its own. */
static int compare(struct reviewing *at, struct err *err, int *status)
{
    const struct options *options = at->options;

    if (options->specs && !options->config) {
        command_confine(NULL, options, at->arena);
        return compare_folders(at, NULL, err);
    }
    if (!command_config(&at->config, options, at->arena, status)) {
        *err->text = '\0';
        return -1;
    }
    AUTO_SCRATCH scratch = scratch_open(&at->config, at->arena);

    return options->specs ? compare_folders(at, &at->config, err) : compare_refs(at, err);
}

static bool sides_are_given(const struct options *options)
{
    const bool folders = options->specs && options->base_specs;
    const bool refs = options->base || options->head;

    if (folders || (refs && !options->specs && !options->base_specs))
        return true;
    fprintf(stderr, "weft: review compares two sides: name --specs and --base-specs, or --base or "
                    "--head of the repository in the configuration; see \"weft review --help\"\n");
    return false;
}

/* --- what came of it --- */

static enum review_verdict verdict_from(struct plan_status status)
{
    if (status.refused)
        return REVIEW_REFUSED;
    if (!status.changes)
        return REVIEW_UNCHANGED;
    return status.attention ? REVIEW_ATTENTION : REVIEW_SAFE;
}

static int make(struct reviewing *at, struct text *diff, struct err *err)
{
    const struct specs_commit *head = &at->comparison.sides[SIDE_HEAD].specs;
    const struct verdict verdict = verdict_of(&at->comparison.findings, &head->diags);

    at->report = comparison_report(&at->comparison);
    at->effects = comparison_effects(&at->comparison);
    at->status = comparison_status(&at->comparison, &at->report, &at->effects);
    if (comparison_diff(diff, &at->comparison, err) < 0)
        return -1;
    at->review = (struct review){ .marker = review_post_marker(at->folder, at->arena),
                                  .verdict = verdict_from(at->status),
                                  .mistakes = verdict.mistakes,
                                  .warnings = verdict.warnings,
                                  .files = head->files,
                                  .report = &at->report,
                                  .effects = &at->effects,
                                  .diff = diff->bytes };
    return 0;
}

static int write_files(const struct reviewing *at, struct err *err)
{
    const struct specs_commit *head = &at->comparison.sides[SIDE_HEAD].specs;
    const struct validation validation = { .specs = head->specs,
                                           .findings = at->comparison.findings,
                                           .files = head->files,
                                           .folder = at->folder,
                                           .arena = at->arena };

    return at->options->output
               ? review_files_write(at->options->output, &at->review, &validation, at->arena, err)
               : 0;
}

static int show(const struct reviewing *at, struct err *err)
{
    AUTO_TEXT out = { 0 };

    if (at->options->format == FORMAT_JSON)
        review_json(&out, &at->review, at->arena);
    else
        review_markdown(&out, &at->review, 0, at->arena);
    return command_print(&out) == EXIT_CONVERGED ? 0
                                                 : err_set(err, ERR_SYSTEM, 0, "print the review");
}

/* The document first: it is there although the forge does not answer. */
static int hand_over(const struct reviewing *at, struct err *err)
{
    if (show(at, err) < 0 || write_files(at, err) < 0)
        return -1;
    return at->options->post ? review_post(&at->review, at->folder, at->options, at->arena, err)
                             : 0;
}

/* A review that could not be made must not look as if it had not run. */
static void post_failure(const struct reviewing *at)
{
    struct err err;

    if (at->options->post && at->folder
        && review_post(NULL, at->folder, at->options, at->arena, &err) < 0)
        fprintf(stderr, "weft: %s\n", err.text);
}

int review_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct reviewing at = { .options = options, .arena = arena };
    int status = EXIT_FAILED;
    AUTO_TEXT diff = { 0 };
    struct err err;

    if (!sides_are_given(options))
        return EXIT_USAGE;
    if (compare(&at, &err, &status) < 0 || make(&at, &diff, &err) < 0) {
        if (*err.text)
            fprintf(stderr, "weft: %s\n", err.text);
        post_failure(&at);
        return status;
    }
    if (hand_over(&at, &err) < 0)
        return command_failed(&err);
    status = plan_status_exit(at.status, true);
    return options->detailed_exitcode || status == EXIT_REFUSED ? status : EXIT_CONVERGED;
}
