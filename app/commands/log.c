/* app/commands/log.c - weft log: the commits of the output branch that are asked for, newest first.
 * Reads no state and no key.
 *
 * A history of years has tens of thousands of commits. The trailers of each are in its message, so
 * most filters are decided without opening a tree (audit_event_may_match); a tree costs a diff
 * with its parent. Cost: linear in commits, plus one diff for each that may match. */
#include "app/commands/log.h"
#include "app/commands/branch_view.h"
#include "app/commands/command.h"
#include "app/commands/log_proof.h"
#include "app/commands/log_report.h"
#include "app/usage.h"
#include "base/moment.h"
#include <string.h>

static bool time_of(int64_t *out, const struct options *options, const char *name, const char *text)
{
    if (!text || moment_parse(text, options->now, out))
        return true;
    fprintf(stderr, "weft: --%s: \"%s\" is no time; write " MOMENT_FORMS "\n", name, text);
    return false;
}

static bool filter_of(struct audit_filter *out, const struct options *options)
{
    int64_t step = -1;

    *out = (struct audit_filter){ .virtual_mesh = options->target,
                                  .namespace = options->namespace,
                                  .cluster = options->cluster,
                                  .serial = options->serial,
                                  .request = options->request };
    if (!time_of(&out->since, options, "since", options->since)
        || !time_of(&out->until, options, "until", options->until))
        return false;
    if (options->step && !parse_int(options->step, 0, 3, &step)) {
        fprintf(stderr, "weft: --step: \"%s\" is no step; there are 0 to 3\n", options->step);
        return false;
    }
    if (out->serial && !log_proof_serial("serial", out->serial))
        return false;
    out->step = (int)step;
    return true;
}

/* Trees are read only for commits that can match at all. */
static int find_events(struct log_report *out, struct branch_view *view,
                       const struct audit_filter *filter, struct err *err)
{
    struct arena *arena = view->session.arena;
    struct clone *clone = view->inputs.output_clone;
    struct history history;

    if (history_read(&history, clone, view->inputs.output_tip, NULL, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < history.count; i++) {
        struct audit_entry entry;
        struct audit_event event;

        audit_entry_read(&entry, &history.commits[i], arena);
        if (!audit_event_may_match(&entry, filter))
            continue;
        if (audit_event_read(&event, clone, view->session.config->output.path, &entry, arena, err)
            < 0)
            return -1;
        if (audit_event_matches(&event, filter))
            *ARENA_PUSH(arena, out->events, out->count) = event;
    }
    return 0;
}

int log_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct log_report report = { 0 };
    struct audit_filter filter;
    AUTO_TEXT out = { 0 };
    struct config config;
    struct err err;
    int status;

    if (options->proof)
        return log_proof_main(options);
    if (!filter_of(&filter, options))
        return EXIT_USAGE;
    if (!command_config(&config, options, arena, &status))
        return status;
    AUTO_SCRATCH scratch = scratch_open(&config, arena);
    AUTO_VIEW view = { 0 };

    if (branch_view_open(&view, &config, options, arena, &err) < 0
        || find_events(&report, &view, &filter, &err) < 0)
        return command_failed(&err);
    report.branch = config.output.branch;
    if (options->format == FORMAT_JSON) {
        log_report_json(&out, &report, arena);
        return command_print(&out);
    }
    log_report_table(&out, &report, arena);
    return command_show(&out, options);
}
