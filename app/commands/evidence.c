/* app/commands/evidence.c - weft evidence: what is known of each cluster, and what each gate waits
 * for, by the facts of a dry pass.
 *
 * The facts are those of pass_look, the first half of a pass without its writes, and the text of
 * each gate is the one that the next pass would put into the status. So the command cannot say
 * that a gate is open where the pass would find it closed, except for what changes in between.
 *
 * Columns are the rows of observation_sources: a new source needs no change here. */
#include "app/commands/evidence.h"
#include "api/own_document.h"
#include "app/commands/command.h"
#include "app/commands/evidence_workloads.h"
#include "app/pass/pass.h"
#include "app/pass/trust.h"
#include "base/clock.h"
#include "base/visible.h"
#include "base/write.h"
#include "base/write_json.h"
#include "ci/table.h"
#include "pki/rotation_preview.h"
#include <string.h>

struct view {
    const struct outcome *outcome;
    struct session *session;
    struct issue_options options;
    struct proxy_survey proxies; /* with --workloads */
};

static bool shown(const struct view *view, const char *virtual_mesh)
{
    return options_select(view->session->options, virtual_mesh);
}

static const char *istiod_text(const struct observation *observation, struct arena *arena)
{
    if (!observation->istiod.found)
        return observation->watched && observation->at ? "not found" : "-";
    return arena_printf(arena, "%s%s",
                        *observation->istiod.version ? observation->istiod.version : "?",
                        observation->istiod.multi_root ? "" : ", one root only");
}

static const char *level_text(const struct evidence *evidence)
{
    if (evidence->best == EVIDENCE_NONE)
        return "time alone";
    return enums_name(&evidence_levels, (int)evidence->level);
}

/* The first thing that needs attention; "". */
static const char *remark(const struct observation *observation)
{
    const struct observed_value *doubt = observation_doubt(observation);

    if (observation->foreign_root)
        return "it trusts a root of its own";
    return doubt ? doubt->text : "";
}

enum { COLUMNS = 2 + SOURCE_COUNT + 3 };

static struct table clusters_header(struct arena *arena)
{
    const char *header[COLUMNS] = { "VIRTUAL MESH", "CLUSTER" };

    for (int i = 0; i < SOURCE_COUNT; i++)
        header[2 + i] = observation_sources[i].column;
    header[COLUMNS - 3] = "ISTIOD";
    header[COLUMNS - 2] = "PROVES";
    header[COLUMNS - 1] = "REMARK";
    return table_new(arena, COLUMNS, header);
}

static void clusters_table(struct text *out, const struct view *view)
{
    const struct observed *observed = &view->outcome->observed;
    struct table table = clusters_header(view->session->arena);

    for (size_t i = 0; i < observed->count; i++) {
        const struct observation *observation = &observed->observations[i];

        if (!shown(view, observation->virtual_mesh))
            continue;
        table_cell(&table, observation->virtual_mesh);
        table_cell(&table, observation->cluster);
        for (int k = 0; k < SOURCE_COUNT; k++)
            table_cell(&table, enums_name(&seen_names, (int)observation->shown[k].seen));
        table_cell(&table, istiod_text(observation, view->session->arena));
        table_cell(&table, level_text(&observed->evidence[i]));
        table_cell(&table, remark(observation));
    }
    table_print(out, &table);
}

static const char *gate_of(const struct view *view, const struct trust_request *request)
{
    struct trust_outlook outlook;
    struct err err;

    if (rotation_preview_make(&outlook, &view->session->ledger, request, &view->options,
                              view->session->arena, &err)
        < 0)
        return arena_text(view->session->arena, err.text);
    return outlook.summary;
}

static void gates_table(struct text *out, const struct view *view)
{
    const struct plan *plan = &view->outcome->plan;

    for (size_t i = 0; i < plan->virtual_mesh_count; i++)
        if (plan->virtual_meshes[i].trust && shown(view, plan->virtual_meshes[i].trust->name))
            text_addf(
                out, "\n%s: %s\n", plan->virtual_meshes[i].trust->name,
                visible_text(gate_of(view, plan->virtual_meshes[i].trust), view->session->arena));
}

static void set_seen(struct node *map, const char *key, const struct observed_value *observation,
                     struct arena *arena)
{
    struct node *item = node_set(map, key, node_map(arena));

    node_set_text(arena, item, "seen", enums_name(&seen_names, (int)observation->seen));
    if (!text_empty(observation->text))
        node_set_text(arena, item, "text", observation->text);
}

static void set_istiod(struct node *map, const struct observation *observation, struct arena *arena)
{
    struct node *item;

    if (!observation->istiod.found)
        return;
    item = node_set(map, "istiod", node_map(arena));
    node_set_text(arena, item, "version", observation->istiod.version);
    node_set_bool(arena, item, "multiRoot", observation->istiod.multi_root);
    node_set_bool(arena, item, "rolledOut", observation->istiod.rolled_out);
}

static struct node *cluster_node(const struct observation *observation,
                                 const struct evidence *evidence, struct arena *arena)
{
    struct node *out = node_map(arena);

    node_set_text(arena, out, "virtualMesh", observation->virtual_mesh);
    node_set_text(arena, out, "mesh", observation->mesh);
    node_set_text(arena, out, "cluster", observation->cluster);
    for (int i = 0; i < SOURCE_COUNT; i++)
        set_seen(out, observation_sources[i].name, &observation->shown[i], arena);
    set_istiod(out, observation, arena);
    node_set_text(arena, out, "proves", level_text(evidence));
    if (observation->foreign_root)
        node_set_text(arena, out, "foreignRoot", observation->foreign_root);
    if (observation->at)
        node_set_text(arena, out, "heard", clock_text(observation->at, arena));
    return out;
}

static void print_json(struct text *out, const struct view *view)
{
    const struct observed *observed = &view->outcome->observed;
    struct arena *arena = view->session->arena;
    struct node *root = own_document("Evidence", arena), *clusters, *gates;

    node_set_text(arena, root, "time", clock_text(view->session->options->now, arena));
    clusters = node_set(root, "clusters", node_list(arena));
    for (size_t i = 0; i < observed->count; i++)
        if (shown(view, observed->observations[i].virtual_mesh)) {
            struct node *item = node_add(
                clusters, cluster_node(&observed->observations[i], &observed->evidence[i], arena));

            if (i < view->proxies.count)
                node_set(item, "proxies", evidence_workloads_node(&view->proxies.items[i], arena));
        }
    gates = node_set(root, "gates", node_list(arena));
    for (size_t i = 0; i < view->outcome->plan.virtual_mesh_count; i++) {
        const struct trust_request *request = view->outcome->plan.virtual_meshes[i].trust;
        struct node *item;

        if (!request || !shown(view, request->name))
            continue;
        item = node_add(gates, node_map(arena));
        node_set_text(arena, item, "virtualMesh", request->name);
        node_set_text(arena, item, "waitsFor", gate_of(view, request));
    }
    write_json(out, root, true);
}

static bool is_known(const struct view *view)
{
    for (size_t i = 0; i < view->outcome->observed.count; i++)
        if (shown(view, view->outcome->observed.observations[i].virtual_mesh))
            return true;
    return !view->session->options->target;
}

static int show(const struct view *view)
{
    AUTO_TEXT out = { 0 };

    if (!is_known(view)) {
        fprintf(stderr,
                "weft: %s is not a virtual mesh with shared trust that can be served; \"weft "
                "status\" lists them\n",
                view->session->options->target);
        return EXIT_FAILED;
    }
    if (view->session->options->format == FORMAT_JSON) {
        print_json(&out, view);
    } else {
        clusters_table(&out, view);
        gates_table(&out, view);
        if (view->session->options->workloads)
            evidence_workloads_print(&out, &view->proxies, view->session->options,
                                     view->session->arena);
    }
    return command_print(&out);
}

static void read_proxies(struct view *view)
{
    struct session *session = view->session;
    const struct observed *observed = &view->outcome->observed;
    bool *asked = ARENA_NEW(session->arena, bool, observed->count);
    const struct proxy_question question = { .observations = observed->observations,
                                             .loadings = observed->loadings,
                                             .asked = asked,
                                             .count = observed->count,
                                             .policy = &observed->policy,
                                             .now = session->options->now,
                                             .pretended = session->options->now_text != NULL };

    for (size_t i = 0; i < observed->count; i++)
        asked[i] = shown(view, observed->observations[i].virtual_mesh);
    proxy_survey_read(&view->proxies, &question, &session->servers, session->arena);
}

int evidence_main(const struct options *options)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct options quiet = *options;
    struct progress progress;
    struct config config;
    struct err err;
    int status;

    quiet.quiet = !options->verbose;
    progress = progress_start(&quiet);
    if (!command_config(&config, options, arena, &status))
        return status;
    AUTO_SCRATCH scratch = scratch_open(&config, arena);
    AUTO_SESSION session = {
        .config = &config, .options = options, .progress = &progress, .arena = arena, .dry = true
    };
    AUTO_OUTCOME outcome = { 0 };
    struct view view = { .outcome = &outcome, .session = &session };

    if (pass_look(&outcome, &session, &err) < 0)
        return EXIT_FAILED;
    if (options->workloads)
        read_proxies(&view);
    view.options = pass_issue_options(&session, &outcome.inputs, &outcome.observed);
    return show(&view);
}
