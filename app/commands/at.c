/* app/commands/at.c - weft at: the fleet as the output branch had it at a time.  Reads no state and
 * no key.
 *
 * The answer is made of the branch alone: records, paths and trailers of one commit. So it can be
 * given by anyone who may read the branch, for a time before the present state existed, and it is
 * what clusters were given rather than what a state says about them. Commits are ordered by their
 * place in the history; the first one that is not later is taken, whatever the clocks of the
 * machines that made them. */
#include "app/commands/at.h"
#include "app/commands/at_report.h"
#include "app/commands/branch_view.h"
#include "app/commands/command.h"
#include "base/clock.h"
#include "base/moment.h"

/* The newest commit that is not later; NULL: none. */
static const struct history_commit *tip_at(const struct history *history, int64_t at)
{
    for (size_t i = 0; i < history->count; i++)
        if (history->commits[i].time <= at)
            return &history->commits[i];
    return NULL;
}

static int list_clusters(struct at_report *out, struct snapshot *snapshot, const char *folder,
                         struct arena *arena, struct err *err)
{
    struct tree_reader reader = snapshot_reader(snapshot, folder, arena);
    const char **names;
    size_t count;

    if (reader.list(reader.context, "clusters", &names, &count, arena, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (text_ends(names[i], "/"))
            *ARENA_PUSH(arena, out->clusters, out->cluster_count) =
                arena_bytes(arena, names[i], strlen(names[i]) - 1);
    return 0;
}

static int read_fleet(struct at_report *out, struct branch_view *view, struct err *err)
{
    const struct config_output *output = &view->session.config->output;
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    struct clone *clone = view->inputs.output_clone;
    struct arena *arena = view->session.arena;
    const struct history_commit *commit;
    struct history history;

    if (history_read(&history, clone, view->inputs.output_tip, NULL, arena, err) < 0)
        return -1;
    commit = tip_at(&history, out->at);
    if (!commit)
        return err_set(err, ERR_INPUT, 0,
                       "branch %s of %s had no commit yet at %s; its first one is of %s",
                       output->branch, output->url, clock_text(out->at, arena),
                       clock_text(history.commits[history.count - 1].time, arena));
    audit_entry_read(&out->entry, commit, arena);
    if (snapshot_open(&snapshot, clone, commit->id, err) < 0
        || audit_trust_read(&out->trust, snapshot, output->path, arena, err) < 0)
        return -1;
    return list_clusters(out, snapshot, output->path, arena, err);
}

int at_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct at_report report = { 0 };
    AUTO_TEXT out = { 0 };
    struct config config;
    struct err err;
    int status;

    if (!moment_parse(options->operands[0], options->now, &report.at)) {
        fprintf(stderr, "weft: \"%s\" is no time; write " MOMENT_FORMS "\n", options->operands[0]);
        return EXIT_USAGE;
    }
    if (!command_config(&config, options, arena, &status))
        return status;
    AUTO_SCRATCH scratch = scratch_open(&config, arena);
    AUTO_VIEW view = { 0 };

    if (branch_view_open(&view, &config, options, arena, &err) < 0
        || read_fleet(&report, &view, &err) < 0)
        return command_failed(&err);
    if (options->format == FORMAT_JSON) {
        at_report_json(&out, &report, arena);
        return command_print(&out);
    }
    at_report_table(&out, &report, arena);
    return command_show(&out, options);
}
