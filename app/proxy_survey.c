/* app/proxy_survey.c - asks for pods, and counts them by workload.
 * Pods of a few clusters are in memory at a time, for those of a large fleet together would not
 * fit; what stays of a cluster are the workloads that an operator has to know.  Times of a cluster
 * are by its own clock, so its distance from ours is taken off first: clocks that differ by hours
 * would make a proxy seem newer than it is. */
#include "app/proxy_survey.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

enum { CLUSTERS_AT_ONCE = 4 };

/* --- what is known of an istiod --- */

/* A source that can prove at least this level shows something else than what is wanted. */
static bool shows_other(const struct observation *observation, enum evidence_level level)
{
    for (int i = 0; i < SOURCE_COUNT; i++)
        if (observation_sources[i].proves >= level && observation->shown[i].seen == SEEN_OTHER)
            return true;
    return false;
}

/* A rotation has brought what no pass has seen loaded yet. */
static enum proxy_loading loading_now(const struct observation *observation, int64_t *since,
                                      int64_t now)
{
    if (observation_proves(observation, EVIDENCE_LOADED)) {
        *since = now;
        return PROXY_LOADING_SINCE;
    }
    return shows_other(observation, EVIDENCE_SYNCED) ? PROXY_LOADING_BEFORE : PROXY_LOADING_UNKNOWN;
}

/* The order is from what was proven to what is assumed: turned over, at rest, loaded since a pass
 * saw it, loaded now. An observation that contradicts any of these counts as "before": proxies are
 * then listed as old although some may be new, which costs a restart and no trust. */
struct proxy_issuer proxy_survey_issuer(const struct observation *observation,
                                        const struct loading *loading,
                                        const struct evidence_policy *policy, int64_t now)
{
    struct proxy_issuer out = { .namespace = observation->namespace,
                                .replaced = loading->replaced,
                                .several_roots = observation->wanted.root_count > 1,
                                .leaf_ttl = policy->leaf_ttl,
                                .life_max = observation->istiod.max_leaf_ttl,
                                .skew = policy->skew,
                                .now = now };

    if (!observation->wanted.mark || !*observation->wanted.mark)
        out.loading = PROXY_LOADING_UNKNOWN;
    else if (loading->turned)
        out.loading = PROXY_LOADING_SETTLED;
    else if (loading->settled)
        out.loading = shows_other(observation, EVIDENCE_LOADED) ? PROXY_LOADING_BEFORE
                                                                : PROXY_LOADING_SETTLED;
    else if (loading->since && !shows_other(observation, EVIDENCE_LOADED)) {
        out.loading = PROXY_LOADING_SINCE;
        out.since = loading->since;
    } else
        out.loading = loading_now(observation, &out.since, now);
    return out;
}

/* --- counting --- */

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

/* An istiod takes roots that were replaced only when it starts, so when that was is exact. */
static int64_t replaced_since(const struct proxy_cluster *cluster, const struct proxy_pods *pods,
                              int64_t shift)
{
    int64_t since = 0;

    for (size_t i = 0; i < pods->istiod_count; i++)
        if (text_equal(pods->istiods[i].namespace, cluster->issuer.namespace))
            since = later(since, pods->istiods[i].started);
    return since ? later(since - shift, cluster->loading.issued) : cluster->issuer.since;
}

static void add_revisions(struct proxy_issuer *issuer, const struct proxy_pods *pods,
                          struct arena *arena)
{
    const char **revisions = NULL;

    for (size_t i = 0; i < pods->istiod_count; i++)
        if (text_equal(pods->istiods[i].namespace, issuer->namespace) && pods->istiods[i].started)
            *ARENA_PUSH(arena, revisions, issuer->revision_count) =
                arena_text(arena, pods->istiods[i].revision);
    issuer->revisions = revisions;
}

struct tally {
    struct proxy_cluster *cluster;
    struct map *workloads; /* by key, in scratch: struct proxy_workload */
    struct proxy_workload **list;
    size_t count;
    struct arena *arena, *scratch;
};

static struct proxy_workload *workload_of(struct tally *tally, const struct proxy *proxy)
{
    const char *key =
        arena_printf(tally->scratch, "%s/%s/%s", proxy->namespace, proxy->kind, proxy->workload);
    struct proxy_workload *found = map_find(tally->workloads, key);

    if (found)
        return found;
    found = ARENA_NEW(tally->scratch, struct proxy_workload, 1);
    *found = (struct proxy_workload){
        proxy->namespace, proxy->kind, proxy->workload, { 0 }, 0, PROXY_NEED_NOTHING, NULL, 0
    };
    map_put(tally->workloads, key, found);
    *ARENA_PUSH(tally->scratch, tally->list, tally->count) = found;
    return found;
}

static void add_proxy(struct tally *tally, const struct proxy *proxy,
                      const struct proxy_issuer *issuer)
{
    struct proxy_workload *workload = workload_of(tally, proxy);
    const struct proxy_verdict verdict = proxy_judge(proxy, issuer);

    tally->cluster->counts[verdict.age]++;
    workload->counts[verdict.age]++;
    workload->until = later(workload->until, verdict.until);
    if (workload->need == PROXY_NEED_NOTHING)
        workload->need = verdict.need;
    if (verdict.age != PROXY_CURRENT || verdict.need != PROXY_NEED_NOTHING)
        *ARENA_PUSH(tally->arena, workload->pods, workload->pod_count) =
            arena_text(tally->arena, proxy->pod);
}

static int compare_workloads(const void *a, const void *b)
{
    const struct proxy_workload *one = a, *other = b;
    int order = strcmp(one->namespace, other->namespace);

    order = order ? order : strcmp(one->kind, other->kind);
    return order ? order : strcmp(one->name, other->name);
}

/* Those with pods to be named; their texts are kept. */
static void keep_workloads(struct tally *tally, int64_t shift)
{
    struct proxy_cluster *cluster = tally->cluster;

    for (size_t i = 0; i < tally->count; i++) {
        struct proxy_workload *kept;

        if (!tally->list[i]->pod_count)
            continue;
        kept = ARENA_PUSH(tally->arena, cluster->workloads, cluster->workload_count);
        *kept = *tally->list[i];
        kept->namespace = arena_text(tally->arena, kept->namespace);
        kept->kind = arena_text(tally->arena, kept->kind);
        kept->name = arena_text(tally->arena, kept->name);
        kept->until = kept->until ? kept->until - shift : 0;
        qsort(kept->pods, kept->pod_count, sizeof *kept->pods, text_compare);
    }
    if (cluster->workload_count)
        qsort(cluster->workloads, cluster->workload_count, sizeof *cluster->workloads,
              compare_workloads);
}

void proxy_survey_add(struct proxy_cluster *cluster, const struct proxy_pods *pods, bool pretended,
                      struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct tally tally = {
        .cluster = cluster, .workloads = map_new(scratch), .arena = arena, .scratch = scratch
    };
    const int64_t shift = pods->at && !pretended ? pods->at - cluster->issuer.now : 0;
    struct proxy_issuer theirs;

    cluster->known = pods->known;
    cluster->why = pods->why;
    if (!pods->known)
        return;
    if (cluster->issuer.loading == PROXY_LOADING_SINCE && cluster->issuer.replaced)
        cluster->issuer.since = replaced_since(cluster, pods, shift);
    add_revisions(&cluster->issuer, pods, arena);
    theirs = cluster->issuer;
    theirs.since = theirs.since ? theirs.since + shift : 0;
    theirs.now += shift;
    for (size_t i = 0; i < pods->count; i++)
        if (proxy_belongs(&pods->items[i], theirs.namespace))
            add_proxy(&tally, &pods->items[i], &theirs);
    keep_workloads(&tally, shift);
}

/* --- asking --- */

static void ask_cluster(struct proxy_pods *out, const struct observation *observation,
                        struct kube *kube, const struct config_cluster *config,
                        struct arena *scratch)
{
    const char **namespaces = ARENA_NEW(scratch, const char *, 1);

    namespaces[0] = observation->namespace;
    *out = (struct proxy_pods){ .kube = kube, .namespaces = namespaces, .namespace_count = 1 };
    if (config) {
        out->listed = config->discovery.namespaces;
        out->listed_count = config->discovery.namespace_count;
    }
}

/* Observations from `from` on, as many as have a server, to CLUSTERS_AT_ONCE; how far it came. */
static size_t read_some(struct proxy_survey *survey, size_t from,
                        const struct proxy_question *question, struct servers *servers,
                        struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct proxy_pods pods[CLUSTERS_AT_ONCE];
    struct proxy_cluster *of[CLUSTERS_AT_ONCE];
    size_t count = 0, i;

    for (i = from; i < survey->count && count < CLUSTERS_AT_ONCE; i++) {
        struct proxy_cluster *item = &survey->items[i];
        const char *cluster = item->observation->cluster, *why = "";
        struct kube *kube =
            question->asked[i] ? servers_cluster(servers, cluster, &why, arena) : NULL;

        item->why = *why ? why : "the configuration has no API server for it";
        if (!kube)
            continue;
        of[count] = item;
        ask_cluster(&pods[count++], item->observation, kube,
                    config_cluster(servers->config, cluster), scratch);
    }
    proxies_read(pods, count, scratch);
    for (size_t k = 0; k < count; k++) {
        proxy_survey_add(of[k], &pods[k], question->pretended, arena);
        of[k]->why = arena_text(arena, of[k]->why);
    }
    return i;
}

void proxy_survey_read(struct proxy_survey *out, const struct proxy_question *question,
                       struct servers *servers, struct arena *arena)
{
    out->items = ARENA_NEW(arena, struct proxy_cluster, question->count);
    out->count = question->count;
    for (size_t i = 0; i < out->count; i++) {
        const struct observation *observation = &question->observations[i];

        out->items[i] = (struct proxy_cluster){
            .observation = observation,
            .loading = question->loadings[i],
            .why = "",
            .issuer = proxy_survey_issuer(observation, &question->loadings[i], question->policy,
                                          question->now),
        };
    }
    for (size_t i = 0; i < out->count;)
        i = read_some(out, i, question, servers, arena);
}
