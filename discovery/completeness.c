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

static const char *reason(const struct fact_list_state *state)
{
    switch (state->read) {
    case FACT_NOT_ASKED:
        return "it is missing";
    case FACT_REFUSED:
    case FACT_UNREAD:
    case FACT_COMPLETE:
        break;
    }
    return state->why;
}

/* "a, b: why; c: why": lists with the same reason together. */
static void describe(struct text *out, const struct facts *facts, const enum fact_list *lists,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *why = reason(&facts->lists[lists[i]]);
        const bool same = i && text_equal(why, reason(&facts->lists[lists[i - 1]]));

        if (i && !same)
            text_addf(out, ": %s; ", reason(&facts->lists[lists[i - 1]]));
        text_addf(out, "%s%s", same ? ", " : "", enums_name(&fact_lists, (int)lists[i]));
    }
    text_addf(out, ": %s", reason(&facts->lists[lists[count - 1]]));
}

static int refuse(struct err *err, const struct facts *facts, const enum fact_list *lists,
                  size_t count)
{
    bool refused = false;
    AUTO_TEXT text = { 0 };

    for (size_t i = 0; i < count; i++)
        refused |= facts->lists[lists[i]].read == FACT_REFUSED;
    describe(&text, facts, lists, count);
    return err_set(err, ERR_KUBE, refused ? 403 : 0,
                   "%s that discovery needs could not be read: %s", count == 1 ? "a list" : "lists",
                   text.bytes);
}

/* Webhooks may be refused where istioNamespaces says which istiods are trusted: that is all they
 * decide. */
int completeness_check(const struct facts *facts, const struct discovery_settings *settings,
                       struct err *err)
{
    const enum fact_read webhooks = facts->lists[FACT_WEBHOOKS].read;
    const bool chosen = webhooks == FACT_REFUSED && settings->istio_namespaces.count;
    enum fact_list bad[LENGTH(needed) + 1];
    size_t count = 0;

    for (size_t i = 0; i < LENGTH(needed); i++)
        if (!facts_complete(facts, needed[i]))
            bad[count++] = needed[i];
    if (webhooks != FACT_COMPLETE && !chosen)
        bad[count++] = FACT_WEBHOOKS;
    return count ? refuse(err, facts, bad, count) : 0;
}

static bool needs_system_namespace(const struct scan *scan)
{
    return !scan->settings->namespace_count && !facts_namespace(scan->facts, NAMESPACE_OF_IDENTITY);
}

/* The limit of five Services is where an empty list stops being the end of a small installation
 * and becomes improbable. Below it the removal limit and the grace period are what protects. */
int completeness_plausible(const struct scan *scan, struct err *err)
{
    const struct facts *facts = scan->facts;

    if (needs_system_namespace(scan))
        return err_set(err, ERR_KUBE, 0,
                       "the list of namespaces has no " NAMESPACE_OF_IDENTITY
                       ": it is not that of a whole cluster; list all of them, or set "
                       "clusters[].namespaces");
    if (facts->service_count > SERVICES_MAX)
        return err_set(err, ERR_KUBE, 0,
                       "%zu Services are more than the %d that weft reads; limit "
                       "clusters[].namespaces to those of the mesh",
                       facts->service_count, SERVICES_MAX);
    if (!facts->service_count && scan->former->destination_count >= SERVICES_SUSPICIOUS)
        return err_set(err, ERR_KUBE, 0,
                       "the list of services is empty, and %zu were known; if that is meant, weft "
                       "run --allow-removals %s",
                       scan->former->destination_count, facts->cluster);
    if (!scan->planes.count && scan->former->mesh_count)
        return err_set(err, ERR_KUBE, 0,
                       "no istiod was found where there was one, in %s; if that is meant, weft run "
                       "--allow-removals %s",
                       scan->former->meshes[0].namespace, facts->cluster);
    return 0;
}

void completeness_remark(const struct facts *facts, bool known, struct findings *findings)
{
    for (size_t i = 0; i < LENGTH(optional); i++) {
        const struct fact_list_state *state = &facts->lists[optional[i]];

        if (state->read == FACT_REFUSED || state->read == FACT_UNREAD)
            remark_add(findings, REMARK_LIST_UNREAD, "KubernetesCluster",
                       (struct object_ref){ facts->cluster, "" },
                       enums_name(&fact_lists, (int)optional[i]),
                       known ? "stays as it was" : "is left out", state->why);
    }
}
