/* app/commands/explain.c - weft explain: whether and why a workload can call a Service, by the
 * specs alone; no state, no keys, no cluster.
 *
 * It resolves the specs as a pass does and follows one call along the result, so the answer cannot
 * differ from what is rendered. It does not look at clusters, so a NetworkPolicy, or a proxy that
 * has not received its configuration, is not seen. Exit status 3 means that a link is broken, so
 * it can serve as a test in a pipeline of the specs. */
#include "app/commands/explain.h"
#include "app/commands/command.h"
#include "app/commands/explain_report.h"
#include "app/commands/specs_view.h"

struct explaining {
    const struct options *options;
    struct specs_view view;
    struct explain_report report;
    struct arena *arena;
};

static int explain(struct explaining *at, struct err *err)
{
    const char *const *names = at->options->operands;
    const struct destination **services;
    const struct plan *plan = &at->view.plan;
    struct caller caller;
    size_t count;

    if (caller_find(&caller, plan->resolved, names[0], at->arena, err) < 0
        || call_services(&services, &count, plan->resolved, names[1], at->arena, err) < 0)
        return -1;
    at->report.calls = ARENA_NEW(at->arena, struct call, count);
    for (size_t i = 0; i < count; i++)
        call_judge(&at->report.calls[at->report.call_count++], plan, &caller, services[i],
                   at->arena);
    return 0;
}

static int show(const struct explaining *at)
{
    AUTO_TEXT out = { 0 };

    if (at->options->format == FORMAT_JSON)
        explain_report_json(&out, &at->report, at->arena);
    else
        explain_report_table(&out, &at->report, at->arena);
    return at->options->format == FORMAT_JSON ? command_print(&out)
                                              : command_show(&out, at->options);
}

int explain_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct explaining at = { .options = options, .arena = arena };
    struct err err;
    int status;

    if (!specs_view_open(&at.view, options, arena, &status))
        return status;
    if (explain(&at, &err) < 0)
        return command_failed(&err);
    specs_view_warn(&at.view, options, arena);
    if ((status = show(&at)) != EXIT_CONVERGED)
        return status;
    return explain_report_is_open(&at.report) ? EXIT_CONVERGED : EXIT_REFUSED;
}
