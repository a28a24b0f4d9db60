/* app/discovery_servers.c - lists of API servers, cluster by cluster, into facts.
 * Two rounds: what every cluster needs, and then what this cluster turned out to need: MeshConfig
 * of its istiods, and the lists that its Services depend on.  The second round is for clusters
 * whose first one is complete: from the others nothing will be concluded anyway. */
#include "app/discovery_servers.h"

#include "discovery/completeness.h"
#include "discovery/control_plane.h"
#include "discovery/list_choice.h"
#include "k8s-job/observe/api_lists.h"
#include <string.h>

static const enum fact_list first_round[] = {
    FACT_NAMESPACES,  FACT_WEBHOOKS,    FACT_SERVICES,
    FACT_DEPLOYMENTS, FACT_DAEMON_SETS, FACT_STATEFUL_SETS
};
static const enum fact_list second_round[] = { FACT_ENDPOINT_SLICES, FACT_NODES, FACT_GATEWAYS,
                                               FACT_SERVICE_EXPORTS };

/* Where the items of one list go. */
struct sink {
    struct facts *facts;
    enum fact_list list;
};

struct round {
    struct api_list *lists;
    size_t count;
    struct arena *arena;
};

static void take_item(void *context, const struct node *item)
{
    const struct sink *sink = context;

    if (item)
        facts_add(sink->facts, sink->list, item);
    else
        facts_forget(sink->facts, sink->list);
}

static void ask(struct round *round, struct facts *facts, struct kube *kube, enum fact_list list,
                const char *namespace, const char *object)
{
    struct sink *sink = ARENA_NEW(round->arena, struct sink, 1);

    *sink = (struct sink){ facts, list };
    *ARENA_PUSH(round->arena, round->lists, round->count) =
        (struct api_list){ .kube = kube,
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
static void ask_all(struct round *round, struct facts *facts, struct kube *kube,
                    const struct discovery_settings *settings, enum fact_list list)
{
    if (is_of_cluster(list) || !settings->namespace_count)
        ask(round, facts, kube, list, NULL, NULL);
    for (size_t i = 0; i < settings->namespace_count && !is_of_cluster(list); i++)
        ask(round, facts, kube, list, settings->namespaces[i], NULL);
}

static void finish(const struct round *round)
{
    static const enum fact_read reads[] = { [API_LIST_COMPLETE] = FACT_COMPLETE,
                                            [API_LIST_REFUSED] = FACT_REFUSED,
                                            [API_LIST_UNREAD] = FACT_UNREAD };

    api_lists_read(round->lists, round->count, round->arena);
    for (size_t i = 0; i < round->count; i++) {
        const struct sink *sink = round->lists[i].context;

        facts_close(sink->facts, sink->list, reads[round->lists[i].end], round->lists[i].why);
    }
}

static void ask_further(struct round *round, struct facts *facts, struct kube *kube,
                        const struct discovery_settings *settings)
{
    const struct object_ref *maps;
    struct err err;
    size_t count;

    if (completeness_check(facts, settings, &err) < 0)
        return;
    maps = control_planes_config_maps(facts, settings, &count, round->arena);
    for (size_t i = 0; i < count; i++)
        ask(round, facts, kube, FACT_CONFIG_MAPS, maps[i].namespace, maps[i].name);
    for (size_t i = 0; i < LENGTH(second_round); i++)
        if (list_choice_needs(facts, settings, second_round[i]))
            ask_all(round, facts, kube, settings, second_round[i]);
}

static bool is_named(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], name))
            return true;
    return false;
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

static int choose(struct discovery_servers *out, const struct config *config,
                  const char *const *names, size_t count, struct arena *arena, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (check_named(config, names[i], err) < 0)
            return -1;
    for (size_t i = 0; i < config->cluster_count; i++) {
        const struct config_cluster *cluster = &config->clusters[i];

        if (cluster->server.present && cluster->discover
            && (!count || is_named(cluster->name, names, count)))
            *ARENA_PUSH(arena, out->clusters, out->count) = facts_new(cluster->name, arena);
    }
    out->unreachable = ARENA_NEW(arena, bool, out->count);
    return out->count ? 0
                      : err_set(err, ERR_INPUT, 0,
                                "%s has no cluster to read: give an entry of \"clusters\" a "
                                "kubeconfig or inCluster, or use --from",
                                config->file);
}

static void begin(struct round *round, struct discovery_servers *out, struct servers *servers,
                  struct kube **kubes)
{
    for (size_t i = 0; i < out->count; i++) {
        struct facts *facts = out->clusters[i];
        const struct config_cluster *cluster = config_cluster(servers->config, facts->cluster);
        const char *why;

        kubes[i] = servers_cluster(servers, facts->cluster, &why, round->arena);
        if (!kubes[i])
            facts_close(facts, FACT_NAMESPACES, FACT_UNREAD, why);
        for (size_t k = 0; k < LENGTH(first_round) && kubes[i]; k++)
            ask_all(round, facts, kubes[i], &cluster->discovery, first_round[k]);
    }
}

int discovery_servers_read(struct discovery_servers *out, struct servers *servers,
                           const char *const *names, size_t name_count, struct arena *arena,
                           struct err *err)
{
    struct round first = { .arena = arena }, second = { .arena = arena };
    struct kube **kubes;

    *out = (struct discovery_servers){ 0 };
    if (choose(out, servers->config, names, name_count, arena, err) < 0)
        return -1;
    kubes = ARENA_NEW(arena, struct kube *, out->count);
    begin(&first, out, servers, kubes);
    finish(&first);
    for (size_t i = 0; i < out->count; i++) {
        const char *name = out->clusters[i]->cluster;

        out->unreachable[i] = !kubes[i] || kube_server_time(kubes[i]) == 0;
        if (kubes[i])
            ask_further(&second, out->clusters[i], kubes[i],
                        &config_cluster(servers->config, name)->discovery);
    }
    finish(&second);
    for (size_t i = 0; i < out->count; i++)
        facts_end(out->clusters[i]);
    return 0;
}
