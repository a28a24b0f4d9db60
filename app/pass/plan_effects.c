/* app/pass/plan_effects.c - the specs of the last pass beside those of the next one.  Prints
 * nothing.
 *
 * Effects are about calls: which caller gains or loses which Service. They need both sides
 * resolved, and the side before is the specs commit that the tip of the output branch names in its
 * trailer, with the inventory that was rendered beside it. When either cannot be read, such as
 * after a force-push of the specs, the plan is shown without effects and says why; it is no reason
 * to fail. */
#include "app/pass/plan_effects.h"
#include "app/inventory_read.h"
#include "app/specs_commit.h"
#include "base/blobs.h"
#include "ci/graph_mermaid.h"
#include "discovery/precedence.h"
#include "sync/snapshot.h"
#include "translate/resolve.h"

/* Mermaid draws up to 50,000 bytes and 500 edges; a comment of a pull request has other things to
 * say, too. */
enum { GRAPH_NODES_MAX = 100, GRAPH_BYTES_MAX = 12000 };

/* The inventory that was rendered beside the specs, from the clone that has it. */
static int join_inventory(struct specs_commit *out, const char *commit,
                          const struct outcome *outcome, const struct session *session,
                          struct err *err)
{
    AUTO(snapshot_close) struct snapshot *snapshot = NULL;
    const struct specs own = out->specs;
    struct findings unused = { .arena = session->arena };
    struct specs found;

    if (snapshot_open(&snapshot, inputs_inventory(&outcome->inputs), commit, err) < 0
        || inventory_read_commit(&found, snapshot, session->config, session->arena, err) < 0)
        return -1;
    precedence_apply(&out->specs, &unused, &own, &found, session->arena);
    return 0;
}

static int read_before(struct specs_commit *out, const struct inputs_source *last,
                       const struct outcome *outcome, const struct session *session,
                       struct err *err)
{
    if (!last->specs) {
        specs_end(&out->specs,
                  specs_begin(session->arena, &out->diags, session->config->pod_namespace));
        return 0;
    }
    if (specs_commit_read_deployed(out, outcome->inputs.specs_clone, last->specs, session->config,
                                   session->arena, err)
        < 0)
        return -1;
    return last->inventory ? join_inventory(out, last->inventory, outcome, session, err) : 0;
}

static int find(struct plan_effects *out, const struct outcome *outcome,
                const struct session *session, struct err *err)
{
    const struct translate_options how = config_translate_options(session->config);
    struct specs_commit *before = ARENA_NEW(session->arena, struct specs_commit, 1);
    struct plan *plan = ARENA_NEW(session->arena, struct plan, 1);
    struct inputs_source last;

    before->diags.arena = session->arena;
    if (inputs_last_source(&last, &outcome->inputs, session->arena, err) < 0
        || read_before(before, &last, outcome, session, err) < 0
        || translate_resolve(plan, &before->specs, &how, &tree_reader_empty, session->arena, err)
               < 0)
        return -1;
    out->since = last.specs ? last.specs : "";
    out->found = effect_find_all(plan, &outcome->plan, session->arena);
    return 0;
}

const char *plan_effects_graph(const struct plan *plan, struct arena *arena)
{
    struct graph graph;
    AUTO_TEXT out = { 0 };

    graph_make(&graph, plan, GRAPH_NODES_MAX, arena);
    if (!graph.node_count || graph.node_count > GRAPH_NODES_MAX)
        return NULL;
    graph_mermaid_write(&out, &graph, arena);
    return out.len <= GRAPH_BYTES_MAX ? arena_bytes(arena, out.bytes, out.len) : NULL;
}

void plan_effects_find(struct plan_effects *out, const struct outcome *outcome,
                       const struct session *session)
{
    struct err err;

    *out = (struct plan_effects){ .since = "" };
    if (outcome->plan.resolved)
        out->graph = plan_effects_graph(&outcome->plan, session->arena);
    if (!outcome->plan.resolved)
        out->missing = "the specs were not resolved";
    else if (find(out, outcome, session, &err) < 0)
        out->missing = arena_text(session->arena, err.text);
}
