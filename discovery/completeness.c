/* discovery/completeness.c - whether what was read of a cluster can be acted on.  Pure.
 * Invariant: nothing is concluded from the absence of an object unless the whole list that would
 * have held it was read.  The lists of one cluster are one read: workloads without Services, or the
 * other way round, would make Destinations disappear.  A wrong kubeconfig, a proxy that answers for
 * the server, or an aggregated API that is half up give complete lists of nothing, so an empty
 * world where there was one counts as not read. */
#include "discovery/completeness.h"

static const enum fact_list needed[] = { FACT_NAMESPACES, FACT_SERVICES, FACT_DEPLOYMENTS,
                                         FACT_DAEMON_SETS, FACT_STATEFUL_SETS };
static const enum fact_list optional[] = { FACT_ENDPOINT_SLICES, FACT_NODES, FACT_GATEWAYS,
                                           FACT_SERVICE_EXPORTS };
enum { SERVICES_SUSPICIOUS = 5 };

static int refuse(struct err *err, const struct facts *facts, enum fact_list list)
{
    const struct fact_list_state *state = &facts->lists[list];
    const char *name = enums_name(&fact_lists, (int)list);

    if (state->read == FACT_REFUSED)
        return err_set(err, ERR_KUBE, 403, "the list of %s was refused: %s", name, state->why);
    return err_set(err, ERR_KUBE, 0, "the list of %s was not read: %s", name,
                   state->read == FACT_NOT_ASKED ? "it is missing" : state->why);
}

int completeness_check(const struct facts *facts, const struct discovery_settings *settings,
                       struct err *err)
{
    const enum fact_read webhooks = facts->lists[FACT_WEBHOOKS].read;

    for (size_t i = 0; i < LENGTH(needed); i++)
        if (!facts_complete(facts, needed[i]))
            return refuse(err, facts, needed[i]);
    if (webhooks == FACT_REFUSED && settings->istio_namespaces.count)
        return 0;
    if (webhooks != FACT_COMPLETE)
        return refuse(err, facts, FACT_WEBHOOKS);
    return 0;
}

static bool needs_system_namespace(const struct scan *scan)
{
    return !scan->settings->namespace_count && !facts_namespace(scan->facts, NAMESPACE_OF_IDENTITY);
}

int completeness_plausible(const struct scan *scan, struct err *err)
{
    const struct facts *facts = scan->facts;

    if (needs_system_namespace(scan))
        return err_set(err, ERR_KUBE, 0,
                       "the list of namespaces has no " NAMESPACE_OF_IDENTITY
                       ": it is not that of a whole cluster");
    if (facts->service_count > SERVICES_MAX)
        return err_set(err, ERR_KUBE, 0, "%zu Services are more than the %d that weft reads",
                       facts->service_count, SERVICES_MAX);
    if (!facts->service_count && scan->former->destination_count >= SERVICES_SUSPICIOUS)
        return err_set(err, ERR_KUBE, 0, "the list of services is empty, and %zu were known",
                       scan->former->destination_count);
    if (!scan->planes.count && scan->former->mesh_count)
        return err_set(err, ERR_KUBE, 0, "no istiod was found where there was one, in %s",
                       scan->former->meshes[0].namespace);
    return 0;
}

void completeness_remark(const struct facts *facts, struct findings *findings)
{
    for (size_t i = 0; i < LENGTH(optional); i++) {
        const struct fact_list_state *state = &facts->lists[optional[i]];

        if (state->read == FACT_REFUSED || state->read == FACT_UNREAD)
            remark_add(findings, REMARK_LIST_UNREAD, "KubernetesCluster",
                       (struct object_ref){ facts->cluster, "" },
                       enums_name(&fact_lists, (int)optional[i]), state->why);
    }
}
