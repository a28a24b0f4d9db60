/* app/commands/run.c - weft run: one pass, or the one that a saved plan shows.
 *
 * A saved plan is rehearsed first: a dry pass must come to the same changes and the same
 * certificates. Only then the real pass begins, and it compares again before each push
 * (session.approved), since specs, branch and clusters can change between the two. What cannot be
 * compared beforehand is what is random: keys, serials, encrypted files. */
#include "app/commands/run.h"
#include "app/commands/command.h"
#include "app/commands/plan_file.h"
#include "app/pass/pass.h"

struct running {
    const struct config *config;
    const struct options *options;
    struct progress *progress;
    const struct approved *approved; /* NULL: no plan was given */
    struct arena *arena;
};

static int exit_of(const struct outcome *outcome, const struct options *options, int result)
{
    if (result < 0)
        return EXIT_FAILED;
    return outcome_is_refused(outcome) && !options->accept_refused ? EXIT_REFUSED : EXIT_CONVERGED;
}

static int pass(const struct running *running)
{
    AUTO_SESSION session = { .config = running->config,
                             .options = running->options,
                             .progress = running->progress,
                             .arena = running->arena,
                             .approved = running->approved,
                             .dry = running->options->dry_run };
    AUTO_OUTCOME outcome = { 0 };
    struct err err;

    return exit_of(&outcome, running->options, pass_run(&outcome, &session, &err));
}

/* --- a saved plan --- */

static int compare(const struct approved *approved, const struct report *report, struct err *err)
{
    return approved_check_due(approved, report->due, report->due_count, err) < 0
                   || approved_check_changes(approved, report->changes, report->change_count, err)
                          < 0
               ? -1
               : 0;
}

/* A dry pass first: where the plan does not hold, nothing is issued and no failure is recorded.
 * The pass after it has the findings. */
static int rehearse(const struct running *running)
{
    struct command silent = *running->options->command;
    struct options options = *running->options;
    AUTO_SESSION session = { .config = running->config,
                             .options = &options,
                             .progress = running->progress,
                             .arena = running->arena,
                             .approved = running->approved,
                             .dry = true };
    AUTO_OUTCOME outcome = { 0 };
    struct err err;

    silent.shows_plan = true;
    options.command = &silent;
    if (pass_run(&outcome, &session, &err) < 0)
        return -1;
    if (compare(running->approved, &outcome.report, &err) == 0)
        return 0;
    progress_fail(running->progress, err.text);
    return -1;
}

/* Discovery would find another inventory a minute later: that of the plan is rendered. */
static int run_plan(const struct running *given)
{
    struct options options = *given->options;
    struct running running = *given;
    struct approved approved;
    struct err err;

    if (plan_file_read(&approved, options.plan, given->arena, &err) < 0) {
        progress_fail(given->progress, err.text);
        return EXIT_FAILED;
    }
    if (*approved.inventory_commit)
        options.inventory = approved.inventory_commit;
    running.options = &options;
    running.approved = &approved;
    return rehearse(&running) < 0 ? EXIT_FAILED : pass(&running);
}

int run_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct progress progress = progress_start(options);
    struct config config;
    int status;

    if (!command_config(&config, options, arena, &status))
        return status;
    AUTO_SCRATCH scratch = options->dry_run ? scratch_open(&config, arena) : (struct scratch){ 0 };
    const struct running running = {
        .config = &config, .options = options, .progress = &progress, .arena = arena
    };

    return options->plan ? run_plan(&running) : pass(&running);
}
