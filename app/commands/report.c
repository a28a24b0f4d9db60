/* app/commands/report.c - weft report: specs, trust and history of a fleet as one page.  Reads no
 * state, no key and no cluster. */
#include "app/commands/report.h"
#include "app/commands/branch_view.h"
#include "app/commands/command.h"
#include "app/commands/report_html.h"
#include "app/commands/specs_view.h"
#include "base/files.h"
#include "sync/snapshot.h"
#include "translate/findings.h"

enum { COMMITS_SHOWN = 50 };

static int read_branch(struct report_html *out, struct branch_view *view, struct config *config,
                       const struct options *options, struct arena *arena, struct err *err)
{
    AUTO(snapshot_close) struct snapshot *tip = NULL;
    struct audit_trust *trust = ARENA_NEW(arena, struct audit_trust, 1);
    struct history history;

    if (branch_view_open(view, config, options, arena, err) < 0
        || history_read(&history, view->inputs.output_clone, view->inputs.output_tip, NULL, arena,
                        err)
               < 0
        || snapshot_open(&tip, view->inputs.output_clone, view->inputs.output_tip, err) < 0
        || audit_trust_read(trust, tip, config->output.path, arena, err) < 0)
        return -1;
    out->trust = trust;
    out->commits = history.commits;
    out->commit_count = history.count < COMMITS_SHOWN ? history.count : COMMITS_SHOWN;
    return 0;
}

/* A page without the branch is better than none. */
static void look_at_branch(struct report_html *out, struct config *config,
                           const struct options *options, struct arena *arena)
{
    AUTO_SCRATCH scratch = scratch_open(config, arena);
    AUTO_VIEW view = { 0 };
    struct err err;

    if (read_branch(out, &view, config, options, arena, &err) < 0)
        out->branch_missing =
            arena_printf(arena, "The output branch could not be read: %s", err.text);
}

static int write_page(const struct report_html *content, const struct options *options,
                      struct arena *arena)
{
    AUTO_TEXT out = { 0 };
    struct err err;

    report_html_write(&out, content, arena);
    if (file_write(options->html, out.bytes, out.len, 0644, &err) == 0)
        return EXIT_CONVERGED;
    return command_failed(&err);
}

int report_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct findings findings = { .arena = arena };
    struct report_html content = { .findings = &findings, .now = options->now };
    const bool configured = !options->specs || options->config;
    struct specs_view view;
    struct config config;
    int status;

    if (!options->html) {
        fprintf(stderr, "weft: report needs --html FILE; see \"weft help report\"\n");
        return EXIT_USAGE;
    }
    if (configured && !command_config(&config, options, arena, &status))
        return status;
    if (!configured)
        command_confine(NULL, options, arena);
    if (!specs_view_read(&view, configured ? &config : NULL, options, arena))
        return EXIT_FAILED;
    findings_gather(&findings, &view.read.diags, &view.read.specs, &view.plan);
    content.plan = &view.plan;
    content.specs = &view.read.specs;
    if (configured)
        look_at_branch(&content, &config, options, arena);
    else
        content.branch_missing = "The output branch was not read: there is no configuration (-c).";
    return write_page(&content, options, arena);
}
