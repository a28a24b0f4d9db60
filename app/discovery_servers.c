/* app/discovery_servers.c - lists of API servers, cluster by cluster, into facts.
 * First the namespaces of all clusters at once, which also shows which servers answer at all: those
 * that do not are waited for together, and asked no more.  Then some clusters at a time, in two
 * rounds: what every cluster needs, and then what this cluster turned out to need: MeshConfig of
 * its istiods, and the lists that its Services depend on.  The second round is for clusters whose
 * first one is complete: from the others nothing will be concluded anyway.
 * The pages of all clusters at once, and all their facts, would be most of the memory of a run. */
#include "app/discovery_servers.h"

#include "discovery/completeness.h"
#include "discovery/control_plane.h"
#include "discovery/list_choice.h"
#include "k8s-job/observe/api_lists.h"
#include <string.h>

/* After the namespaces. */
static const enum fact_list first_round[] = { FACT_WEBHOOKS, FACT_SERVICES, FACT_DEPLOYMENTS,
                                              FACT_DAEMON_SETS, FACT_STATEFUL_SETS };
static const enum fact_list second_round[] = { FACT_ENDPOINT_SLICES, FACT_NODES, FACT_GATEWAYS,
                                               FACT_SERVICE_EXPORTS };

/* Where the items of one list go. */
struct sink {
    struct facts *facts;
    enum fact_list list;
    struct shared_istiods *istiods; /* of Deployments, for evidence and restarts */
    struct shared_config *config;   /* of a ConfigMap, likewise */
};

/* One server, and what the whole pass shares of its answers. */
struct source {
    struct kube *kube;
    struct shared_read *shared;
};

struct round {
    struct api_list *lists;
    size_t count;
    struct arena *arena;
};

static void take_item(void *context, const struct node *item)
{
    const struct sink *sink = context;

    if (sink->istiods)
        shared_istiods_take(sink->istiods, item);
    if (sink->config)
        shared_config_take(sink->config, item);
    if (item)
        facts_add(sink->facts, sink->list, item);
    else
        facts_forget(sink->facts, sink->list);
}

static void ask(struct round *round, struct facts *facts, const struct source *source,
                enum fact_list list, const char *namespace, const char *object)
{
    struct sink *sink = ARENA_NEW(round->arena, struct sink, 1);

    *sink = (struct sink){ .facts = facts, .list = list };
    if (list == FACT_DEPLOYMENTS)
        sink->istiods = shared_istiods_begin(source->shared, namespace);
    if (list == FACT_CONFIG_MAPS)
        sink->config = shared_config_begin(source->shared, namespace, object);
    *ARENA_PUSH(round->arena, round->lists, round->count) =
        (struct api_list){ .kube = source->kube,
                           .resource = enums_name(&fact_lists, (int)list),
                           .namespace = namespace,
                           .object = object,
                           .each = take_item,
                           .context = sink };
}

static bool is_of_cluster(enum fact_list list)
{
    return list == FACT_NAMESPACES || list == FACT_WEBHOOKS || list == FACT_NODES;
}

/* Namespace by namespace, where the configuration lists those that may be read. */
static void ask_all(struct round *round, struct facts *facts, const struct source *source,
                    const struct discovery_settings *settings, enum fact_list list)
{
    if (is_of_cluster(list) || !settings->namespace_count)
        ask(round, facts, source, list, NULL, NULL);
    for (size_t i = 0; i < settings->namespace_count && !is_of_cluster(list); i++)
        ask(round, facts, source, list, settings->namespaces[i], NULL);
}

static void finish(const struct round *round)
{
    static const enum fact_read reads[] = { [API_LIST_COMPLETE] = FACT_COMPLETE,
                                            [API_LIST_REFUSED] = FACT_REFUSED,
                                            [API_LIST_UNREAD] = FACT_UNREAD };

    api_lists_read(round->lists, round->count, round->arena);
    for (size_t i = 0; i < round->count; i++) {
        const struct api_list *list = &round->lists[i];
        const struct sink *sink = list->context;

        if (sink->istiods)
            shared_istiods_end(sink->istiods, list->failure, list->at);
        if (sink->config)
            shared_list_end(&sink->config->list, list->failure, list->at,
                            sink->config->shared->arena);
        facts_close(sink->facts, sink->list, reads[list->end], list->why);
    }
}

static void ask_further(struct round *round, struct facts *facts, const struct source *source,
                        const struct discovery_settings *settings)
{
    const struct object_ref *maps;
    struct err err;
    size_t count;

    if (completeness_check(facts, settings, &err) < 0)
        return;
    maps = control_planes_config_maps(facts, settings, &count, round->arena);
    for (size_t i = 0; i < count; i++)
        ask(round, facts, source, FACT_CONFIG_MAPS, maps[i].namespace, maps[i].name);
    for (size_t i = 0; i < LENGTH(second_round); i++)
        if (list_choice_needs(facts, settings, second_round[i]))
            ask_all(round, facts, source, settings, second_round[i]);
}

static int check_named(const struct config *config, const char *name, struct err *err)
{
    const struct config_cluster *cluster = config_cluster(config, name);

    if (!cluster)
        return err_set(err, ERR_INPUT, 0, "%s has no cluster %s under \"clusters\"", config->file,
                       name);
    if (!cluster->server.present)
        return err_set(err, ERR_INPUT, 0,
                       "%s:%d: cluster %s has neither kubeconfig nor inCluster, so it cannot be "
                       "read",
                       config->file, cluster->place.line, name);
    if (!cluster->discover)
        return err_set(err, ERR_INPUT, 0, "%s:%d: cluster %s has \"discover: false\"", config->file,
                       cluster->place.line, name);
    return 0;
}

/* The clusters that are read, in the order of the configuration. */
struct reading {
    struct servers *servers;
    const struct config_cluster **clusters;
    struct source *sources; /* kube NULL: its kubeconfig cannot be used */
    struct facts **facts;
    bool *unreachable;
    size_t count;
    struct arena *arena;
};

static int choose(struct reading *reading, const char *const *names, size_t count, struct err *err)
{
    const struct config *config = reading->servers->config;

    for (size_t i = 0; i < count; i++)
        if (check_named(config, names[i], err) < 0)
            return -1;
    for (size_t i = 0; i < config->cluster_count; i++) {
        const struct config_cluster *cluster = &config->clusters[i];

        if (cluster->server.present && cluster->discover
            && (!count || text_listed(names, count, cluster->name)))
            *ARENA_PUSH(reading->arena, reading->clusters, reading->count) = cluster;
    }
    return reading->count ? 0
                          : err_set(err, ERR_INPUT, 0,
                                    "%s has no cluster to read: give an entry of \"clusters\" a "
                                    "kubeconfig or inCluster",
                                    config->file);
}

static int begin(struct reading *reading, const char *const *names, size_t count, struct err *err)
{
    if (choose(reading, names, count, err) < 0)
        return -1;
    reading->sources = ARENA_NEW(reading->arena, struct source, reading->count);
    reading->facts = ARENA_NEW(reading->arena, struct facts *, reading->count);
    reading->unreachable = ARENA_NEW(reading->arena, bool, reading->count);
    return 0;
}

/* Its server never answered the question for the namespaces, or could not be asked at all. */
static bool is_silent(const struct reading *reading, size_t i)
{
    return reading->unreachable[i] && reading->facts[i]->lists[FACT_NAMESPACES].read == FACT_UNREAD;
}

static void read_namespaces(struct reading *reading)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct round round = { .arena = scratch };

    for (size_t i = 0; i < reading->count; i++) {
        const struct config_cluster *cluster = reading->clusters[i];
        struct source *source = &reading->sources[i];
        const char *why;

        source->kube = servers_cluster(reading->servers, cluster->name, &why, reading->arena);
        source->shared = servers_shared(reading->servers, cluster->name, reading->arena);
        if (source->kube)
            ask_all(&round, reading->facts[i], source, &cluster->discovery, FACT_NAMESPACES);
        else
            facts_close(reading->facts[i], FACT_NAMESPACES, FACT_UNREAD, why);
    }
    finish(&round);
    for (size_t i = 0; i < reading->count; i++)
        reading->unreachable[i] =
            !reading->sources[i].kube || kube_server_time(reading->sources[i].kube) == 0;
}

static void begin_cluster(struct round *round, const struct reading *reading, size_t i)
{
    struct facts *facts = reading->facts[i];

    for (size_t k = 0; k < LENGTH(first_round); k++)
        if (is_silent(reading, i))
            facts_close(facts, first_round[k], FACT_UNREAD, facts->lists[FACT_NAMESPACES].why);
        else
            ask_all(round, facts, &reading->sources[i], &reading->clusters[i]->discovery,
                    first_round[k]);
}

/* Those from one to before another. */
static void read_some(const struct reading *reading, size_t from, size_t to)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct round first = { .arena = scratch }, second = { .arena = scratch };

    for (size_t i = from; i < to; i++)
        begin_cluster(&first, reading, i);
    finish(&first);
    for (size_t i = from; i < to; i++)
        if (reading->sources[i].kube)
            ask_further(&second, reading->facts[i], &reading->sources[i],
                        &reading->clusters[i]->discovery);
    finish(&second);
    for (size_t i = from; i < to; i++) {
        if (reading->sources[i].kube)
            reading->facts[i]->ms = kube_spent_ms(reading->sources[i].kube);
        facts_end(reading->facts[i]);
    }
}

static size_t end_of(const struct reading *reading, size_t from)
{
    const size_t left = reading->count - from;

    return from + (left < DISCOVERY_SERVERS_AT_ONCE ? left : DISCOVERY_SERVERS_AT_ONCE);
}

int discovery_servers_read(struct discovery_servers *out, struct servers *servers,
                           const char *const *names, size_t name_count, struct arena *arena,
                           struct err *err)
{
    struct reading reading = { .servers = servers, .arena = arena };

    *out = (struct discovery_servers){ 0 };
    if (begin(&reading, names, name_count, err) < 0)
        return -1;
    for (size_t i = 0; i < reading.count; i++)
        reading.facts[i] = facts_new(reading.clusters[i]->name, arena);
    read_namespaces(&reading);
    for (size_t from = 0; from < reading.count; from = end_of(&reading, from))
        read_some(&reading, from, end_of(&reading, from));
    *out = (struct discovery_servers){ reading.facts, reading.unreachable, reading.count };
    return 0;
}

int discovery_servers_each(struct servers *servers, const char *const *names, size_t name_count,
                           const struct discovery_servers_taker *taker, struct arena *arena,
                           struct err *err)
{
    struct reading reading = { .servers = servers, .arena = arena };
    struct arena **apart; /* of each cluster's facts */

    if (begin(&reading, names, name_count, err) < 0)
        return -1;
    apart = ARENA_NEW(arena, struct arena *, reading.count);
    for (size_t i = 0; i < reading.count; i++) {
        apart[i] = arena_new();
        reading.facts[i] = facts_new(reading.clusters[i]->name, apart[i]);
    }
    read_namespaces(&reading);
    for (size_t i = 0; i < reading.count; i++)
        facts_end(reading.facts[i]); /* the namespaces; the other lists follow */
    if (taker->named)
        taker->named(taker->context, reading.facts, reading.count);
    for (size_t from = 0, to; from < reading.count; from = to) {
        to = end_of(&reading, from);
        read_some(&reading, from, to);
        for (size_t i = from; i < to; i++) {
            taker->take(taker->context, reading.facts[i], reading.unreachable[i]);
            arena_free(TAKE(apart[i]));
        }
    }
    return 0;
}
