/* discovery/control_plane.c - where istiods are.  Pure.
 * Trust: the right to create a Deployment must not be the right to add a mesh, so an istiod counts
 * only in a namespace to which a webhook of the sidecar injector leads, and only an administrator
 * of the cluster can make one; or in a namespace that the configuration names.  In there
 * Deployments are found by the labels of Istio's charts: app: istiod, and where no Deployment has
 * it (before 1.6) istio: pilot.  Names of Deployments and images prove nothing: mirrors and
 * operators change them. */
#include "discovery/control_plane.h"

#include "api/object_name.h"
#include "base/names.h"
#include <stdlib.h>

struct namespaces {
    const char **items;
    size_t count;
};

static void add_namespace(struct namespaces *out, const char *name, struct arena *arena)
{
    if (!text_listed(out->items, out->count, name))
        *ARENA_PUSH(arena, out->items, out->count) = name;
}

static struct namespaces trusted_namespaces(const struct facts *facts,
                                            const struct discovery_settings *settings,
                                            struct arena *arena)
{
    struct namespaces out = { 0 };

    for (size_t i = 0; i < settings->istio_namespaces.count; i++)
        add_namespace(&out, settings->istio_namespaces.items[i], arena);
    for (size_t i = 0; i < facts->webhook_count && !settings->istio_namespaces.count; i++)
        for (size_t k = 0; k < facts->webhooks[i].rule_count; k++)
            if (names_is_dns_label(facts->webhooks[i].rules[k].namespace))
                add_namespace(&out, facts->webhooks[i].rules[k].namespace, arena);
    if (out.count)
        qsort(out.items, out.count, sizeof *out.items, text_compare);
    return out;
}

static bool is_istiod_in(const struct fact_workload *workload, const char *namespace)
{
    return workload->istiod && text_equal(workload->namespace, namespace);
}

static bool any_by_app(const struct facts *facts, const char *namespace)
{
    for (size_t i = 0; i < facts->workload_count; i++)
        if (is_istiod_in(&facts->workloads[i], namespace)
            && facts->workloads[i].istiod->labelled_app)
            return true;
    return false;
}

static bool counts(const struct fact_workload *workload, const char *namespace, bool by_app)
{
    return is_istiod_in(workload, namespace) && (!by_app || workload->istiod->labelled_app);
}

/* Istio chooses the ConfigMap by revision, not by the name of the Deployment. */
static const char *config_name(const char *revision, struct arena *arena)
{
    return text_equal(revision, REVISION_DEFAULT) ? "istio"
                                                  : arena_printf(arena, "istio-%s", revision);
}

/* An absent ConfigMap leaves what is known; one that cannot be read leaves nothing to conclude. */
static int find_config(struct revision *revision, const struct facts *facts, const char *namespace,
                       struct err *err)
{
    const struct fact_list_state *state = &facts->lists[FACT_CONFIG_MAPS];
    const struct fact_config_map *map = facts_config_map(facts, namespace, revision->config_name);

    if (map && map->has_mesh && !map->readable)
        return err_set(err, ERR_KUBE, 0, "key mesh of ConfigMap %s/%s is no YAML map", namespace,
                       revision->config_name);
    if (map && map->has_mesh)
        revision->config = &map->config;
    else if (state->read != FACT_COMPLETE)
        return err_set(err, ERR_KUBE, state->read == FACT_REFUSED ? 403 : 0,
                       "ConfigMap %s/%s could not be read: %s", namespace, revision->config_name,
                       state->read == FACT_NOT_ASKED ? "it was not asked for" : state->why);
    return 0;
}

static int by_revision(const void *a, const void *b)
{
    const struct revision *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    return order ? order : strcmp(left->deployment->name, right->deployment->name);
}

static int find_revisions(struct control_plane *plane, const struct facts *facts,
                          struct arena *arena, struct err *err)
{
    const bool by_app = any_by_app(facts, plane->namespace);

    for (size_t i = 0; i < facts->workload_count; i++) {
        const struct fact_workload *workload = &facts->workloads[i];
        struct revision *revision;

        if (!counts(workload, plane->namespace, by_app))
            continue;
        revision = ARENA_PUSH(arena, plane->revisions, plane->revision_count);
        revision->name = workload->istiod->revision;
        revision->deployment = workload;
        revision->config_name = config_name(revision->name, arena);
        if (find_config(revision, facts, plane->namespace, err) < 0)
            return -1;
    }
    if (plane->revision_count)
        qsort(plane->revisions, plane->revision_count, sizeof *plane->revisions, by_revision);
    return 0;
}

static void add_ref(struct object_ref **out, size_t *count, struct object_ref ref,
                    struct arena *arena)
{
    for (size_t i = 0; i < *count; i++)
        if (text_equal((*out)[i].namespace, ref.namespace) && text_equal((*out)[i].name, ref.name))
            return;
    *ARENA_PUSH(arena, *out, *count) = ref;
}

const struct object_ref *control_planes_config_maps(const struct facts *facts,
                                                    const struct discovery_settings *settings,
                                                    size_t *count, struct arena *arena)
{
    const struct namespaces namespaces = trusted_namespaces(facts, settings, arena);
    struct object_ref *out = NULL;

    *count = 0;
    for (size_t i = 0; i < namespaces.count; i++) {
        const bool by_app = any_by_app(facts, namespaces.items[i]);

        for (size_t k = 0; k < facts->workload_count; k++)
            if (counts(&facts->workloads[k], namespaces.items[i], by_app))
                add_ref(
                    &out, count,
                    (struct object_ref){ config_name(facts->workloads[k].istiod->revision, arena),
                                         namespaces.items[i] },
                    arena);
    }
    return out;
}

static bool leads_to(const struct facts *facts, const char *namespace)
{
    for (size_t i = 0; i < facts->webhook_count; i++)
        for (size_t k = 0; k < facts->webhooks[i].rule_count; k++)
            if (text_equal(facts->webhooks[i].rules[k].namespace, namespace))
                return true;
    return false;
}

static void remark_lookalikes(const struct control_planes *planes, const struct facts *facts,
                              struct findings *findings)
{
    for (size_t i = 0; i < facts->workload_count; i++) {
        const struct fact_workload *workload = &facts->workloads[i];

        if (workload->istiod && workload->istiod->labelled_app
            && !control_planes_of(planes, workload->namespace))
            remark_add(findings, REMARK_LOOKALIKE, "Deployment",
                       (struct object_ref){ workload->name, workload->namespace },
                       workload->namespace);
    }
}

int control_planes_find(struct control_planes *out, const struct facts *facts,
                        const struct discovery_settings *settings, struct findings *findings,
                        struct arena *arena, struct err *err)
{
    const struct namespaces namespaces = trusted_namespaces(facts, settings, arena);

    *out = (struct control_planes){ .items =
                                        ARENA_NEW(arena, struct control_plane, namespaces.count) };
    for (size_t i = 0; i < namespaces.count; i++) {
        struct control_plane *plane = &out->items[out->count];

        plane->namespace = namespaces.items[i];
        plane->mesh = object_name_sanitise(
            arena_printf(arena, "istiod-%s-%s", plane->namespace, facts->cluster), arena);
        if (find_revisions(plane, facts, arena, err) < 0)
            return -1;
        if (plane->revision_count)
            out->count++;
        else if (leads_to(facts, plane->namespace))
            remark_add(findings, REMARK_NO_ISTIOD, "Namespace",
                       (struct object_ref){ plane->namespace, "" }, plane->namespace);
    }
    remark_lookalikes(out, facts, findings);
    return 0;
}

struct control_plane *control_planes_of(const struct control_planes *planes, const char *namespace)
{
    for (size_t i = 0; i < planes->count; i++)
        if (text_equal(planes->items[i].namespace, namespace))
            return &planes->items[i];
    return NULL;
}

struct revision *control_plane_revision(const struct control_plane *plane, const char *name)
{
    for (size_t i = 0; i < plane->revision_count; i++)
        if (text_equal(plane->revisions[i].name, name))
            return &plane->revisions[i];
    return NULL;
}
