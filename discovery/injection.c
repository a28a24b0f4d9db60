/* discovery/injection.c - which mesh a workload belongs to.  Pure.
 * The API server asks the injector's webhooks about a new pod by their selectors, on the labels of
 * the Namespace and of the pod; we evaluate the same selectors on the labels of the pod template.
 * So revisions, revision tags, a default revision for all namespaces and selectors of people's own
 * need no rule here.  Then istiod itself refuses some pods, by the rules of its injector: with the
 * host's network, in namespaces of the system, and when label or annotation sidecar.istio.io/inject
 * is anything but "true".  A template that has the proxy already (gateways, injection by hand) is a
 * member without injection.  Without the right to list webhooks their rules are applied as Istio's
 * charts write them. */
#include "discovery/injection.h"

#define INJECT_LABEL "sidecar.istio.io/inject"
#define DATAPLANE_LABEL "istio.io/dataplane-mode"

static const char *const system_namespaces[] = { "kube-system", "kube-public", "kube-node-lease",
                                                 "local-path-storage" };

static const char *label_of(const struct fact_workload *workload, const char *key)
{
    return read_pair(workload->labels, workload->label_count, key);
}

static const char *namespace_label(const struct fact_namespace *namespace, const char *key)
{
    return read_pair(namespace->labels, namespace->label_count, key);
}

/* What the injector itself says of a pod that a webhook sent to it. */
static bool istiod_accepts(const struct fact_workload *workload)
{
    const char *inject = label_of(workload, INJECT_LABEL);

    if (!inject)
        inject = workload->inject_annotation;
    for (size_t i = 0; i < LENGTH(system_namespaces); i++)
        if (text_equal(workload->namespace, system_namespaces[i]))
            return false;
    return !workload->host_network && (text_empty(inject) || text_equal(inject, "true"));
}

/* Without discoverySelectors every namespace is selected.  One revision that selects it is enough.
 */
static bool plane_selects(const struct control_plane *plane, const struct fact_namespace *namespace)
{
    for (size_t i = 0; i < plane->revision_count; i++) {
        const struct mesh_config *config = plane->revisions[i].config;

        if (!config || !config->selector_count)
            return true;
        for (size_t k = 0; k < config->selector_count; k++)
            if (label_selector_matches(&config->selectors[k], namespace->labels,
                                       namespace->label_count))
                return true;
    }
    return false;
}

/* The former plane stays; else the first one by namespace. */
static void add_match(struct injection *out, struct control_plane *plane, const char *revision,
                      const char *former)
{
    const bool is_former = text_equal(plane->namespace, former);

    if (out->plane && out->plane != plane)
        out->several = true;
    if (!out->plane || (is_former && !text_equal(out->plane->namespace, former))
        || (!text_equal(out->plane->namespace, former)
            && strcmp(plane->namespace, out->plane->namespace) < 0)) {
        out->plane = plane;
        out->revision = control_plane_revision(plane, revision);
    }
}

static void match_webhooks(struct injection *out, const struct facts *facts,
                           const struct control_planes *planes,
                           const struct fact_workload *workload,
                           const struct fact_namespace *namespace, const char *former)
{
    for (size_t i = 0; i < facts->webhook_count; i++)
        for (size_t k = 0; k < facts->webhooks[i].rule_count; k++) {
            const struct fact_webhook_rule *rule = &facts->webhooks[i].rules[k];
            struct control_plane *plane = control_planes_of(planes, rule->namespace);

            if (plane
                && label_selector_matches(&rule->namespaces, namespace->labels,
                                          namespace->label_count)
                && label_selector_matches(&rule->pods, workload->labels, workload->label_count))
                add_match(out, plane, facts->webhooks[i].revision, former);
        }
}

/* The revision that the labels ask for, as the webhooks of Istio's charts select them; NULL: none.
 */
static const char *asked_revision(const struct fact_workload *workload,
                                  const struct fact_namespace *namespace)
{
    const char *injection = namespace_label(namespace, "istio-injection");
    const char *revision = namespace_label(namespace, REVISION_LABEL);
    const char *inject = label_of(workload, INJECT_LABEL);

    if (text_equal(inject, "false"))
        return NULL;
    if (injection)
        return text_equal(injection, "enabled") ? REVISION_DEFAULT : NULL;
    if (revision)
        return revision;
    revision = label_of(workload, REVISION_LABEL);
    if (revision)
        return revision;
    return text_equal(inject, "true") ? REVISION_DEFAULT : NULL;
}

static void match_labels(struct injection *out, const struct control_planes *planes,
                         const char *revision, const char *former)
{
    for (size_t i = 0; revision && i < planes->count; i++)
        if (control_plane_revision(&planes->items[i], revision))
            add_match(out, &planes->items[i], revision, former);
}

/* The plane of pods that no webhook selects: the revision that they name, by itself or as a tag,
 * else the only plane, that of their own namespace, that with the default revision. */
static void match_named(struct injection *out, const struct facts *facts,
                        const struct control_planes *planes, const struct fact_workload *workload,
                        const struct fact_namespace *namespace, const char *former)
{
    const char *revision = label_of(workload, REVISION_LABEL);
    struct control_plane *own = control_planes_of(planes, workload->namespace);

    if (!revision)
        revision = namespace_label(namespace, REVISION_LABEL);
    for (size_t i = 0; revision && i < facts->webhook_count; i++)
        if (text_equal(facts->webhooks[i].tag, revision)) {
            revision = facts->webhooks[i].revision;
            break;
        }
    match_labels(out, planes, revision, former);
    if (!out->plane && planes->count == 1)
        add_match(out, &planes->items[0], REVISION_DEFAULT, former);
    if (!out->plane && own)
        add_match(out, own, REVISION_DEFAULT, former);
    if (!out->plane)
        match_labels(out, planes, REVISION_DEFAULT, former);
}

static bool is_ambient(const struct fact_workload *workload, const struct fact_namespace *namespace)
{
    const char *mode = label_of(workload, DATAPLANE_LABEL);

    if (!mode)
        mode = namespace_label(namespace, DATAPLANE_LABEL);
    return text_equal(mode, "ambient") && !workload->host_network;
}

/* Waypoints and the gateways of ambient networks run Envoy in a container istio-proxy, and take
 * HBONE alone. */
static bool speaks_hbone(const struct fact_workload *workload)
{
    const char *class = label_of(workload, GATEWAY_CLASS_LABEL);

    return text_equal(class, "istio-waypoint") || text_equal(class, "istio-east-west");
}

/* The proxy of the nodes: its container has the name of a sidecar's, and it is in no mesh itself.
 */
static bool is_ztunnel(const struct fact_workload *workload)
{
    return workload->kind == WORKLOAD_DAEMON_SET
           && text_equal(label_of(workload, "app"), "ztunnel");
}

static struct injection find_sidecar(const struct facts *facts, const struct control_planes *planes,
                                     const struct fact_workload *workload,
                                     const struct fact_namespace *namespace, const char *former)
{
    struct injection out = { .dataplane = DATAPLANE_SIDECAR };

    if (!workload->has_proxy && !istiod_accepts(workload))
        return (struct injection){ 0 };
    if (facts_complete(facts, FACT_WEBHOOKS))
        match_webhooks(&out, facts, planes, workload, namespace, former);
    else
        match_labels(&out, planes, asked_revision(workload, namespace), former);
    if (!out.plane && workload->has_proxy)
        match_named(&out, facts, planes, workload, namespace, former);
    return out.plane ? out : (struct injection){ 0 };
}

struct injection injection_of(const struct facts *facts, const struct control_planes *planes,
                              const struct fact_workload *workload, const char *former)
{
    const struct fact_namespace *namespace = facts_namespace(facts, workload->namespace);
    struct injection out;

    if (!namespace || !planes->count || is_ztunnel(workload))
        return (struct injection){ 0 };
    out = find_sidecar(facts, planes, workload, namespace, former);
    if (out.plane && speaks_hbone(workload))
        out.dataplane = DATAPLANE_AMBIENT;
    if (!out.plane && is_ambient(workload, namespace)) {
        out.dataplane = DATAPLANE_AMBIENT;
        match_named(&out, facts, planes, workload, namespace, former);
    }
    return out.plane && plane_selects(out.plane, namespace) ? out : (struct injection){ 0 };
}
