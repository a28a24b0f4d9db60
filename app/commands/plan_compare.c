/* app/commands/plan_compare.c - weft plan --base REF --head REF: what lies between two commits of
 * the specs.
 *
 * It answers what a branch of the specs changes, without the state and the output branch: see
 * comparison.c for what that leaves out. */
#include "app/commands/plan_compare.h"
#include "app/commands/command.h"
#include "app/commands/comparison.h"

/* The exit status; -1 and err. */
static int show(const struct comparison *at, const struct options *options, struct err *err)
{
    const int format = enums_find(&plan_formats, enums_name(&output_formats, (int)options->format));
    const struct report report = comparison_report(at);
    const struct plan_effects effects = comparison_effects(at);
    AUTO_TEXT diff = { 0 };
    AUTO_TEXT out = { 0 };

    if (options->diff && comparison_diff(&diff, at, err) < 0)
        return -1;
    plan_print(&out, &report, &effects, options->diff ? diff.bytes : NULL, (enum plan_format)format,
               at->arena);
    if ((format == PLAN_TABLE ? command_show(&out, options) : command_print(&out))
        != EXIT_CONVERGED)
        return err_set(err, ERR_SYSTEM, 0, "print the plan");
    return plan_status_exit(comparison_status(at, &report, &effects), options->detailed_exitcode);
}

int plan_compare(struct config *config, const struct options *options, struct arena *arena)
{
    AUTO_SCRATCH scratch = scratch_open(config, arena);
    struct comparison at;
    struct err err;
    int status;

    if (comparison_of_refs(&at, config, options->base, options->head, arena, &err) < 0
        || (status = show(&at, options, &err)) < 0)
        return command_failed(&err);
    return status;
}
