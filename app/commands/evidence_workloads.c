/* app/commands/evidence_workloads.c - proxies of clusters as tables and as JSON.
 *
 * Counts are of proxies, rows of workloads, because a workload is what an operator restarts. Only
 * workloads that need something are listed; the rest is in the counts of their cluster. */
#include "app/commands/evidence_workloads.h"

#include "base/clock.h"
#include "base/visible.h"
#include "ci/table.h"

static const char *const count_keys[PROXY_AGES] = { [PROXY_CURRENT] = "current",
                                                    [PROXY_MAYBE] = "mayBeFormer",
                                                    [PROXY_FORMER] = "former",
                                                    [PROXY_UNKNOWN] = "unknown" };

static bool shown(const struct proxy_cluster *cluster, const struct options *options)
{
    return options_select(options, cluster->observation->virtual_mesh);
}

static const char *loading_text(const struct proxy_cluster *cluster, struct arena *arena)
{
    const struct proxy_issuer *issuer = &cluster->issuer;
    const char *name = enums_name(&proxy_loadings, (int)issuer->loading);

    if (issuer->loading != PROXY_LOADING_SINCE || !issuer->since)
        return name;
    return arena_printf(arena, "%s %s%s", name, clock_text(issuer->since, arena),
                        cluster->loading.assumed ? ", assumed" : "");
}

static void clusters_table(struct text *out, const struct proxy_survey *survey,
                           const struct options *options, struct arena *arena)
{
    static const char *const header[] = { "CLUSTER",       "STEP",   "ISTIOD",  "CURRENT",
                                          "MAY BE FORMER", "FORMER", "UNKNOWN", "REMARK" };
    struct table table = table_new(arena, LENGTH(header), header);

    for (size_t i = 0; i < survey->count; i++) {
        const struct proxy_cluster *cluster = &survey->items[i];

        if (!shown(cluster, options))
            continue;
        table_cell(&table, cluster->observation->cluster);
        table_cell(&table,
                   cluster->loading.step ? arena_printf(arena, "%d", cluster->loading.step) : "");
        table_cell(&table, loading_text(cluster, arena));
        for (int age = 0; age < PROXY_AGES; age++)
            table_cell(&table,
                       cluster->known ? arena_printf(arena, "%zu", cluster->counts[age]) : "");
        table_cell(&table, visible_text(cluster->why, arena));
    }
    table_print(out, &table);
}

/* What is not current of it: "2 may be former, 1 unknown". */
static const char *counts_text(const struct proxy_workload *workload, struct arena *arena)
{
    const char *out = "";

    for (int age = 0; age < PROXY_AGES; age++)
        if (workload->counts[age])
            out = arena_printf(arena, "%s%s%zu %s", out, *out ? ", " : "", workload->counts[age],
                               enums_name(&proxy_ages, age));
    return out;
}

static const char *until_text(const struct proxy_workload *workload, struct arena *arena)
{
    return workload->until ? clock_text(workload->until, arena) : "";
}

static void workloads_table(struct text *out, const struct proxy_survey *survey,
                            const struct options *options, struct arena *arena)
{
    static const char *const header[] = { "CLUSTER", "NAMESPACE", "WORKLOAD",
                                          "PROXIES", "UNTIL",     "TO DO" };
    struct table table = table_new(arena, LENGTH(header), header);
    size_t rows = 0;

    for (size_t i = 0; i < survey->count; i++)
        for (size_t k = 0; shown(&survey->items[i], options) && k < survey->items[i].workload_count;
             k++, rows++) {
            const struct proxy_workload *workload = &survey->items[i].workloads[k];

            table_cell(&table, survey->items[i].observation->cluster);
            table_cell(&table, visible_text(workload->namespace, arena));
            table_cellf(&table, "%s/%s", visible_text(workload->kind, arena),
                        visible_text(workload->name, arena));
            table_cell(&table, counts_text(workload, arena));
            table_cell(&table, until_text(workload, arena));
            table_cell(&table, proxy_need_text(workload->need));
        }
    if (!rows)
        return;
    text_addc(out, '\n');
    table_print(out, &table);
}

void evidence_workloads_print(struct text *out, const struct proxy_survey *survey,
                              const struct options *options, struct arena *arena)
{
    text_addc(out, '\n');
    clusters_table(out, survey, options, arena);
    workloads_table(out, survey, options, arena);
}

static void set_counts(struct node *map, const size_t *counts, struct arena *arena)
{
    for (int age = 0; age < PROXY_AGES; age++)
        node_set_int(arena, map, count_keys[age], (int64_t)counts[age]);
}

static struct node *workload_node(const struct proxy_workload *workload, struct arena *arena)
{
    struct node *out = node_map(arena), *pods;

    node_set_text(arena, out, "namespace", workload->namespace);
    node_set_text(arena, out, "kind", workload->kind);
    node_set_text(arena, out, "name", workload->name);
    set_counts(out, workload->counts, arena);
    if (workload->until)
        node_set_text(arena, out, "until", clock_text(workload->until, arena));
    if (workload->need != PROXY_NEED_NOTHING) {
        node_set_text(arena, out, "need", enums_name(&proxy_needs, (int)workload->need));
        node_set_text(arena, out, "toDo", proxy_need_text(workload->need));
    }
    pods = node_set(out, "pods", node_list(arena));
    for (size_t i = 0; i < workload->pod_count; i++)
        node_add(pods, node_string(arena, workload->pods[i]));
    return out;
}

struct node *evidence_workloads_node(const struct proxy_cluster *cluster, struct arena *arena)
{
    struct node *out = node_map(arena), *list;

    node_set_bool(arena, out, "known", cluster->known);
    if (!cluster->known) {
        node_set_text(arena, out, "why", cluster->why);
        return out;
    }
    node_set_text(arena, out, "istiod", enums_name(&proxy_loadings, (int)cluster->issuer.loading));
    if (cluster->issuer.loading == PROXY_LOADING_SINCE && cluster->issuer.since) {
        node_set_text(arena, out, "since", clock_text(cluster->issuer.since, arena));
        node_set_bool(arena, out, "assumed", cluster->loading.assumed);
    }
    if (cluster->loading.step)
        node_set_int(arena, out, "step", cluster->loading.step);
    set_counts(out, cluster->counts, arena);
    list = node_set(out, "workloads", node_list(arena));
    for (size_t i = 0; i < cluster->workload_count; i++)
        node_add(list, workload_node(&cluster->workloads[i], arena));
    return out;
}
