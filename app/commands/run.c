/* app/commands/run.c - weft run: one pass. */
#include "app/commands/run.h"
#include "app/commands/command.h"
#include "app/pass/pass.h"

static int exit_of(const struct outcome *outcome, const struct options *options, int result)
{
    if (result < 0)
        return EXIT_FAILED;
    return outcome_is_refused(outcome) && !options->accept_refused ? EXIT_REFUSED : EXIT_CONVERGED;
}

int run_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct progress progress = progress_start(options);
    struct config config;
    struct err err;
    int status;

    if (!command_config(&config, options, arena, &status))
        return status;
    AUTO_SCRATCH scratch = options->dry_run ? scratch_open(&config, arena) : (struct scratch){ 0 };
    AUTO_SESSION session = { .config = &config,
                             .options = options,
                             .progress = &progress,
                             .arena = arena,
                             .dry = options->dry_run };
    AUTO_OUTCOME outcome = { 0 };

    return exit_of(&outcome, options, pass_run(&outcome, &session, &err));
}
