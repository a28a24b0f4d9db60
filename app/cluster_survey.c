/* app/cluster_survey.c - asks clusters what they are, by the lists of discovery and GET /version.
 * Must conclude nothing from a list that was refused: it uses the usual names instead.
 *
 * A survey reads each list of a cluster once and is the source of everything that cluster add,
 * cluster check and init conclude: discovery runs on it without a former inventory, and the rights
 * that are needed follow from what it found (optional rows only where the cluster has what needs
 * them). A list that was refused leaves a gap, and the usual names fill it, because the command is
 * often run exactly because rights are missing. */
#include "app/cluster_survey.h"

#include "app/discovery_servers.h"
#include "base/names.h"
#include "discovery/control_plane.h"
#include "discovery/list_choice.h"
#include "k8s-job/client/scheduler.h"
#include "k8s-job/observe/istiod.h"
#include "k8s-job/observe/root_source.h"

#include <string.h>

static const char *const usual_namespaces[] = { "istio-system" };
static const char *const usual_maps[] = { "istio" };

/* --- names of a cluster --- */

struct names {
    const char **list;
    size_t count;
    struct arena *arena;
};

/* Names become YAML that a person applies, so nothing but a name may pass. */
static void add_name(struct names *names, const char *name)
{
    const char *own =
        text_starts(name, ROOT_SOURCE_SIGNER) ? name + strlen(ROOT_SOURCE_SIGNER) : name;

    if (names_is_dns_subdomain(own) && !text_listed(names->list, names->count, name))
        *ARENA_PUSH(names->arena, names->list, names->count) = name;
}

static void add_all(struct names *names, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_name(names, list[i]);
}

static void name_istiods(struct cluster_survey *out, struct arena *arena)
{
    const struct discovery_settings *settings = &out->cluster->discovery;
    struct names namespaces = { .arena = arena }, maps = { .arena = arena };
    const struct object_ref *refs;
    size_t count;

    refs = control_planes_config_maps(out->facts, settings, &count, arena);
    for (size_t i = 0; i < count; i++) {
        add_name(&namespaces, refs[i].namespace);
        add_name(&maps, refs[i].name);
    }
    if (!namespaces.count && settings->istio_namespaces.count)
        add_all(&namespaces, settings->istio_namespaces.items, settings->istio_namespaces.count);
    if (!namespaces.count)
        add_all(&namespaces, usual_namespaces, LENGTH(usual_namespaces));
    if (!maps.count)
        add_all(&maps, usual_maps, LENGTH(usual_maps));
    out->wish.istio_namespaces = namespaces.list;
    out->wish.istio_count = namespaces.count;
    out->wish.mesh_configs = maps.list;
    out->wish.config_count = maps.count;
}

static void name_workloads(struct cluster_survey *out, struct arena *arena)
{
    const struct inventory *inventory = &out->found.inventory;
    struct names namespaces = { .arena = arena };

    add_all(&namespaces, out->wish.istio_namespaces, out->wish.istio_count);
    for (size_t i = 0; i < inventory->workload_count; i++)
        add_name(&namespaces, inventory->workloads[i].controller.namespace);
    out->wish.workloads = namespaces.list;
    out->wish.workload_count = namespaces.count;
}

/* Where the istiods publish their roots: ConfigMaps that global.trustBundleName renamed are asked
 * for under their name, and a ClusterTrustBundle where one is used. */
static void name_roots(struct cluster_surveys *surveys, struct cluster_survey *out)
{
    static const struct pair labels = { "app", "istiod" };
    struct arena *arena = surveys->arena;
    const struct shared_read *shared = servers_shared(&surveys->servers, out->cluster->name, arena);
    struct names maps = { .arena = arena }, bundles = { .arena = arena };

    for (size_t i = 0; shared && i < shared->istiod_count; i++)
        for (size_t k = 0; k < shared->istiods[i]->count; k++) {
            const struct node *item = shared->istiods[i]->items[k];
            struct root_source source;

            if (!istiod_is(item, &labels, 1))
                continue;
            source = root_source_of(item, arena);
            add_name(source.trust_bundle ? &bundles : &maps, source.name);
        }
    out->wish.root_maps = maps.list;
    out->wish.root_map_count = maps.count;
    out->wish.root_bundles = bundles.list;
    out->wish.root_bundle_count = bundles.count;
}

static const char *optional_lists(struct cluster_surveys *surveys,
                                  const struct cluster_survey *survey)
{
    struct arena *arena = surveys->arena;
    const char *out = survey->wish.root_bundle_count ? "clustertrustbundles" : "";

    for (int list = 0; list < FACT_LIST_COUNT; list++)
        if (list_choice_needs(survey->facts, &survey->cluster->discovery, (enum fact_list)list))
            out =
                arena_printf(arena, "%s%s%s", out, *out ? " " : "", enums_name(&fact_lists, list));
    return out;
}

static void make_wish(struct cluster_surveys *surveys, struct cluster_survey *out)
{
    struct arena *arena = surveys->arena;

    name_istiods(out, arena);
    name_workloads(out, arena);
    name_roots(surveys, out);
    out->wish.optional = optional_lists(surveys, out);
    out->wish.listed = out->cluster->discovery.namespaces;
    out->wish.listed_count = out->cluster->discovery.namespace_count;
}

/* --- reading --- */

static void run_discovery(struct cluster_survey *out, const struct cluster_surveys *surveys,
                          struct map *taken, int64_t now)
{
    struct inventory *former = ARENA_NEW(surveys->arena, struct inventory, 1);
    const struct discovery_request request = { .facts = out->facts,
                                               .settings = &out->cluster->discovery,
                                               .former = former,
                                               .now = now,
                                               .pod_namespace = surveys->config.pod_namespace,
                                               .taken = taken };

    former->cluster = out->cluster->name;
    discovery_run(&out->found, &request, surveys->arena);
}

static void ask_versions(struct cluster_surveys *surveys)
{
    struct arena *arena = surveys->arena;
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, surveys->count);
    size_t count = 0;

    for (size_t i = 0; i < surveys->count; i++)
        if (surveys->items[i].answers)
            calls[count++] = (struct kube_call){ .kube = surveys->items[i].kube,
                                                 .request = { .method = "GET", .path = "/version" },
                                                 .context = &surveys->items[i] };
    kube_all(calls, count, arena);
    for (size_t i = 0; i < count; i++) {
        struct cluster_survey *survey = calls[i].context;
        const char *version = calls[i].err.kind == ERR_NONE
                                  ? node_get(calls[i].answer.body, "gitVersion", NULL)
                                  : NULL;

        survey->version = version ? version : "";
    }
}

static void take_clusters(struct cluster_surveys *out, const struct discovery_servers *read,
                          int64_t now)
{
    struct map *taken = map_new(out->arena);

    out->items = ARENA_NEW(out->arena, struct cluster_survey, read->count);
    out->count = read->count;
    for (size_t i = 0; i < read->count; i++) {
        struct cluster_survey *survey = &out->items[i];

        survey->facts = read->clusters[i];
        survey->version = "";
        survey->cluster = config_cluster(&out->config, survey->facts->cluster);
        survey->kube =
            servers_cluster(&out->servers, survey->facts->cluster, &survey->why, out->arena);
        survey->answers = survey->kube && !read->unreachable[i];
        run_discovery(survey, out, taken, now);
        if (survey->kube && !survey->answers)
            survey->why = survey->found.why;
        make_wish(out, survey);
    }
    ask_versions(out);
}

int cluster_survey_read(struct cluster_surveys *out, const struct config *config,
                        const char *const *names, size_t count, int64_t now, struct arena *arena,
                        struct err *err)
{
    struct config_cluster *clusters =
        ARENA_NEW(arena, struct config_cluster, config->cluster_count);
    struct discovery_servers read;

    *out = (struct cluster_surveys){ .config = *config, .arena = arena };
    for (size_t i = 0; i < config->cluster_count; i++) {
        clusters[i] = config->clusters[i];
        clusters[i].discover = true;
    }
    out->config.clusters = clusters;
    out->servers.config = &out->config;
    if (discovery_servers_read(&read, &out->servers, names, count, arena, err) < 0)
        return -1;
    take_clusters(out, &read, now);
    return 0;
}

void cluster_survey_close(struct cluster_surveys *surveys) { servers_close(&surveys->servers); }

/* --- what was found --- */

uint32_t cluster_survey_features(const struct config_cluster *cluster)
{
    if (!cluster->server.present)
        return 0;
    return FEATURE(EVIDENCE) | (cluster->discover ? FEATURE(DISCOVERY) : 0)
           | (delivery_method_of(cluster->delivery)->writes ? FEATURE(DIRECT) : 0);
}

const char *cluster_survey_istio(const struct cluster_survey *survey, struct arena *arena)
{
    const struct inventory *inventory = &survey->found.inventory;
    const char *out = "";

    for (size_t i = 0; i < inventory->mesh_count; i++) {
        const struct mesh *mesh = &inventory->meshes[i];
        const char *revisions = meta_annotation(&mesh->meta, ANNOTATION_REVISIONS);

        out = arena_printf(arena, "%s%s%s (%s) in %s", out, *out ? ", " : "",
                           *mesh->version ? mesh->version : "of unknown version",
                           revisions ? revisions : "no revision", mesh->namespace);
    }
    return out;
}

const struct kube_service *cluster_survey_gateway(const struct cluster_survey *survey)
{
    const struct inventory *inventory = &survey->found.inventory;

    for (size_t i = 0; i < inventory->destination_count; i++)
        if (meta_annotation(&inventory->destinations[i].meta, ANNOTATION_GATEWAY))
            return inventory->destinations[i].service;
    return NULL;
}

const char *cluster_survey_gateway_text(const struct kube_service *gateway, struct arena *arena)
{
    if (!gateway)
        return "";
    return arena_printf(arena, "%s/%s at %s", gateway->ref.namespace, gateway->ref.name,
                        gateway->address_count ? gateway->addresses[0] : "no address");
}

static const char *label(const struct fact_service *service, const char *key)
{
    for (size_t i = 0; i < service->label_count; i++)
        if (text_equal(service->labels[i].key, key))
            return service->labels[i].value;
    return NULL;
}

/* weft encrypts private keys for the certificate that this Service serves.  So it counts in
 * kube-system alone: elsewhere a tenant may be able to make a Service of that name.  The manifests
 * of the project call it sealed-secrets-controller, its chart labels it; the Service of its metrics
 * has the same labels. */
const struct fact_service *cluster_survey_sealing(const struct cluster_survey *survey)
{
    size_t count;
    const struct fact_service *services =
        facts_services_in(survey->facts, SEALING_NAMESPACE, &count);

    for (size_t i = 0; i < count; i++)
        if (text_equal(services[i].name, "sealed-secrets-controller")
            || (text_equal(label(&services[i], "app.kubernetes.io/name"), "sealed-secrets")
                && !text_ends(services[i].name, "-metrics")))
            return &services[i];
    return NULL;
}
