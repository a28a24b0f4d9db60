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
#include "app/commands/inventory_source.h"
#include "app/specs_commit.h"
#include "app/specs_source.h"
#include "base/blobs.h"
#include "base/plural.h"
#include "translate/resolve.h"
#include "version.h"

struct explaining {
    const struct options *options;
    struct translate_options how;
    struct specs_commit read;
    struct explain_report report;
    struct arena *arena;
};

static int read_folder(struct explaining *at, const char *pod_namespace, struct err *err)
{
    return specs_source_folder(&at->read.specs, &at->read.files, at->options->specs, pod_namespace,
                               at->arena, &at->read.diags, err);
}

/* Beside a folder of specs only the inventory that --inventory names.  config NULL: none is given.
 */
static int join_inventory(struct explaining *at, const struct config *config, struct err *err)
{
    const char *named = at->options->inventory;
    struct findings unused = { .arena = at->arena };
    struct inventory_source source;

    if (at->options->specs && !named)
        return 0;
    if (inventory_source_find(&source, config, named, at->arena, err) < 0)
        return -1;
    inventory_source_join(&source, &at->read.specs, &unused, at->arena);
    return 0;
}

/* -1 with a text in err, or without one after command_config has printed its own. */
static int read_specs(struct explaining *at, struct err *err, int *status)
{
    static const char *const tip[] = { NULL };
    struct config config;

    at->how.program = "weft " WEFT_VERSION;
    if (at->options->specs && !at->options->config) {
        command_confine(NULL, at->options, at->arena);
        return read_folder(at, NULL, err) < 0 ? -1 : join_inventory(at, NULL, err);
    }
    if (!command_config(&config, at->options, at->arena, status)) {
        *err->text = '\0';
        return -1;
    }
    at->how = config_translate_options(&config);
    AUTO_SCRATCH scratch = scratch_open(&config, at->arena);

    if (at->options->specs ? read_folder(at, config.pod_namespace, err) < 0
                           : specs_commit_read(&at->read, tip, 1, &config, at->arena, err) < 0)
        return -1;
    return join_inventory(at, &config, err);
}

static int explain(struct explaining *at, struct err *err)
{
    const char *const *names = at->options->operands;
    const struct destination **services;
    struct caller caller;
    struct plan plan;
    size_t count;

    if (translate_resolve(&plan, &at->read.specs, &at->how, &tree_reader_empty, at->arena, err) < 0
        || caller_find(&caller, plan.resolved, names[0], at->arena, err) < 0
        || call_services(&services, &count, plan.resolved, names[1], at->arena, err) < 0)
        return -1;
    at->report.calls = ARENA_NEW(at->arena, struct call, count);
    for (size_t i = 0; i < count; i++)
        call_judge(&at->report.calls[at->report.call_count++], &plan, &caller, services[i],
                   at->arena);
    return 0;
}

static void warn_of_mistakes(const struct explaining *at)
{
    if (at->read.diags.errors && !at->options->quiet)
        fprintf(stderr,
                "weft: the specs have %s, see \"weft validate\"; objects that cannot be "
                "used are left out here\n",
                plural_count(at->read.diags.errors, "mistake", at->arena));
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
    struct explaining at = { .options = options,
                             .read = { .diags = { .arena = arena } },
                             .arena = arena };
    int status = EXIT_FAILED;
    struct err err;

    if (read_specs(&at, &err, &status) < 0 || explain(&at, &err) < 0) {
        if (*err.text)
            fprintf(stderr, "weft: %s\n", err.text);
        return status;
    }
    warn_of_mistakes(&at);
    if ((status = show(&at)) != EXIT_CONVERGED)
        return status;
    return explain_report_is_open(&at.report) ? EXIT_CONVERGED : EXIT_REFUSED;
}
