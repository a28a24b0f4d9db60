/* k8s-job/observe/cluster.c - reads the roots that istiod publishes and the Deployment of istiod.
 * The usual ConfigMaps are asked for together with the Deployments; where these say that roots are
 * published elsewhere, that is read afterwards and the usual ConfigMaps count for nothing.  What
 * another stage of the pass has read already is taken from there (shared_read.h). */
#include "k8s-job/observe/cluster.h"
#include "base/http_url.h"
#include "k8s-job/client/scheduler.h"
#include "k8s-job/observe/istiod.h"
#include "k8s-job/observe/root_bundle.h"
#include "k8s-job/observe/root_source.h"

#include "k8s-job/client/objects.h"

#include <string.h>

const char **cluster_pem_fingerprints(const char *pem, size_t *count, struct arena *arena)
{
    const struct root_bundle bundle = root_bundle_read(pem, arena);

    *count = bundle.count;
    return bundle.roots;
}

static void add_roots(struct cluster_facts *facts, const char *pem, const char *namespace,
                      const char *source, struct arena *arena)
{
    (void)root_bundle_add(&facts->bundles, &facts->bundle_count, pem, namespace, source, arena);
}

void cluster_add_map(struct cluster_facts *facts, const struct node *config_map,
                     struct arena *arena)
{
    add_roots(facts, node_get(config_map, "data", "root-cert.pem", NULL),
              node_get(config_map, "metadata", "namespace", NULL), NULL, arena);
}

/* The lists of one cluster. */
enum listed { MAPS, DEPLOYMENTS, LISTS };

static void set_unknown(struct cluster_facts *facts, const char *what, const struct err *err,
                        struct arena *arena)
{
    facts->known = false;
    facts->why = arena_printf(arena, "%s: %s", what, err->text);
}

/* What a server that denies access requires; NULL: it did not deny access. */
static const char *refusal(const struct cluster_facts *facts, enum listed list,
                           const struct err *err, struct arena *arena)
{
    if (err->kind != ERR_KUBE || (err->code != 401 && err->code != 403))
        return NULL;
    if (err->code == 401)
        return "it does not accept the credential";
    if (list == MAPS)
        return root_source_grant(&root_source_usual, arena);
    return arena_printf(arena, "grant list of Deployments (apps) in namespace %s",
                        facts->namespace);
}

/* What is kept of one cluster while it is read. */
struct reading {
    struct cluster_facts *facts;
    struct shared_read *shared;
    struct shared_want want;
    struct arena *arena; /* of the facts */
    struct istiod {
        struct istiod_facts facts;
        struct mesh_config *config;
    } * istiods;
    size_t count, seen;          /* kept, and in all */
    struct root_sources sources; /* where they publish roots */
    struct mesh_config {         /* a ConfigMap with a MeshConfig; several istiods may share one */
        const char *name;
        const struct kube_call *call; /* NULL: it is shared */
        struct istiod_facts says;     /* what istiod_read_mesh_config found in it */
    } * *configs;
    size_t config_count;
};

/* A limit far above real numbers of revisions; each may cost one more request. */
enum { ISTIODS_MAX = 100 };

static struct mesh_config *config_of(struct reading *reading, const char *name)
{
    struct mesh_config *config;

    for (size_t i = 0; i < reading->config_count; i++)
        if (strcmp(reading->configs[i]->name, name) == 0)
            return reading->configs[i];
    config = ARENA_NEW(reading->arena, struct mesh_config, 1);
    config->name = name;
    *ARENA_PUSH(reading->arena, reading->configs, reading->config_count) = config;
    return config;
}

static void forget_bundles(struct cluster_facts *facts)
{
    facts->bundles = NULL;
    facts->bundle_count = 0;
}

static void take_istiod(struct reading *reading, const struct node *deployment)
{
    struct arena *arena = reading->arena;

    if (++reading->seen > ISTIODS_MAX)
        return;
    *ARENA_PUSH(arena, reading->istiods, reading->count) =
        (struct istiod){ istiod_evidence(deployment, arena),
                         config_of(reading, istiod_mesh_config(deployment, arena)) };
    root_source_add(&reading->sources, deployment, arena);
}

static void begin_reading(struct reading *reading)
{
    struct cluster_facts *facts = reading->facts;

    facts->known = false;
    facts->why = "";
    facts->refused = NULL;
    forget_bundles(facts);
    facts->istiod = (struct istiod_facts){ .version = "", .restarted = "" };
    reading->shared = facts->shared;
    if (!reading->shared)
        reading->shared = ARENA_NEW(reading->arena, struct shared_read, 1);
    if (!reading->shared->arena)
        reading->shared->arena = reading->arena;
    reading->want = (struct shared_want){ .shared = reading->shared,
                                          .kube = facts->kube,
                                          .namespace = facts->namespace,
                                          .roots = &root_source_usual,
                                          .all = facts->restarts };
}

/* Those with the label app=istiod: of one mesh all revisions. */
static void take_istiods(struct reading *reading, const struct shared_istiods *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct node *metadata = node_find(list->items[i], "metadata");

        if ((list->labelled || text_equal(node_get(metadata, "labels", "app", NULL), "istiod"))
            && shared_istiods_in(list, i, reading->facts->namespace))
            take_istiod(reading, list->items[i]);
    }
}

static void check_list(struct reading *reading, enum listed listed, const struct shared_list *list)
{
    static const char *const names[LISTS] = {
        [MAPS] = "ConfigMaps " ROOT_SOURCE_MAP, [DEPLOYMENTS] = "Deployment of istiod"
    };
    struct cluster_facts *facts = reading->facts;

    if (!facts->known || !list->failure)
        return;
    set_unknown(facts, names[listed], list->failure, reading->arena);
    facts->refused = refusal(facts, listed, list->failure, reading->arena);
}

static void check_count(struct reading *reading)
{
    struct cluster_facts *facts = reading->facts;

    if (!facts->known || reading->seen <= ISTIODS_MAX)
        return;
    facts->known = false;
    facts->why = arena_printf(reading->arena,
                              "%zu Deployments in namespace %s have the label app=istiod, more "
                              "than %d: remove the label from what is no istiod",
                              reading->seen, facts->namespace, ISTIODS_MAX);
}

static void take_bundles(struct reading *reading, const struct shared_roots *roots)
{
    struct cluster_facts *facts = reading->facts;

    for (size_t i = 0; i < roots->bundle_count; i++)
        *ARENA_PUSH(reading->arena, facts->bundles, facts->bundle_count) = roots->bundles[i];
}

/* A list that could not be read completely makes the whole cluster unknown. */
static void end_reading(struct reading *reading)
{
    const struct shared_istiods *istiods = shared_read_istiods(&reading->want);
    const struct shared_roots *roots = shared_read_roots(reading->shared, &root_source_usual);
    struct cluster_facts *facts = reading->facts;

    facts->known = true;
    check_list(reading, DEPLOYMENTS, &istiods->list);
    if (facts->known)
        take_istiods(reading, istiods);
    if (root_source_includes_usual(&reading->sources))
        check_list(reading, MAPS, &roots->list);
    check_count(reading);
    if (facts->known)
        facts->at = istiods->list.at;
    if (facts->known && root_source_includes_usual(&reading->sources))
        take_bundles(reading, roots);
    if (!facts->known)
        reading->count = reading->config_count = reading->sources.count = 0;
}

/* --- roots that are published elsewhere --- */

static void end_other(struct reading *reading, const struct shared_roots *roots)
{
    struct cluster_facts *facts = reading->facts;
    struct arena *arena = reading->arena;
    const char *text = root_source_text(&roots->source, arena);
    const struct err *failure = roots->list.failure;

    if (!failure && roots->seen) {
        take_bundles(reading, roots);
        return;
    }
    facts->known = false;
    if (failure) {
        set_unknown(facts, text, failure, arena);
        facts->refused = failure->kind == ERR_KUBE && failure->code == 403
                             ? root_source_grant(&roots->source, arena)
                             : NULL;
    } else {
        facts->why =
            arena_printf(arena, "istiod publishes its roots in %s, and there is none", text);
    }
}

static void end_others(struct reading *reading)
{
    for (size_t i = 0; i < reading->sources.count; i++)
        if (!root_source_equal(&reading->sources.list[i], &root_source_usual))
            end_other(reading, shared_read_roots(reading->shared, &reading->sources.list[i]));
    if (!reading->facts->known)
        forget_bundles(reading->facts);
}

static void read_other_sources(struct reading *readings, size_t count, struct arena *scratch)
{
    struct shared_want *wants = NULL;
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < readings[i].sources.count; k++) {
            struct shared_want want = readings[i].want;

            want.namespace = NULL;
            want.roots = &readings[i].sources.list[k];
            *ARENA_PUSH(scratch, wants, used) = want;
        }
    shared_read_fetch(wants, used);
    for (size_t i = 0; i < count; i++)
        end_others(&readings[i]);
}

static struct kube_call mesh_config_call(const struct reading *reading, const char *name,
                                         struct arena *scratch)
{
    return (struct kube_call){
        .kube = reading->facts->kube,
        .request = { .method = "GET",
                     .path = arena_printf(scratch, "/api/v1/namespaces/%s/configmaps/%s",
                                          http_url_escape(reading->facts->namespace, scratch),
                                          http_url_escape(name, scratch)),
                     .kind = "ConfigMap",
                     .name = name },
    };
}

/* Returns how many calls. */
static size_t ask_mesh_configs(struct kube_call *calls, const struct reading *reading,
                               struct arena *scratch)
{
    size_t used = 0;

    for (size_t i = 0; i < reading->config_count; i++) {
        struct mesh_config *config = reading->configs[i];
        const struct shared_config *shared =
            shared_read_config(reading->shared, reading->facts->namespace, config->name);

        if (shared) {
            config->says = shared->says;
            continue;
        }
        config->call = &calls[used];
        calls[used++] = mesh_config_call(reading, config->name, scratch);
    }
    return used;
}

static void join_istiods(struct reading *reading, struct arena *scratch)
{
    for (size_t i = 0; i < reading->config_count; i++) {
        const struct kube_call *call = reading->configs[i]->call;

        if (call && call->err.kind == ERR_NONE && call->answer.status == 200)
            istiod_read_mesh_config(&reading->configs[i]->says, call->answer.body, scratch,
                                    reading->arena);
    }
    for (size_t i = 0; i < reading->count; i++) {
        struct istiod_facts *facts = &reading->istiods[i].facts;
        const struct istiod_facts *config = &reading->istiods[i].config->says;

        facts->xds_agent = config->xds_agent;
        facts->trust_domain = config->trust_domain;
        facts->aliases = config->aliases;
        facts->alias_count = config->alias_count;
        istiod_join_evidence(&reading->facts->istiod, facts, reading->arena);
    }
}

/* A MeshConfig that cannot be read counts as one without the setting: the weaker assumption. */
static void read_mesh_configs(struct reading *readings, size_t count, struct arena *scratch)
{
    struct kube_call *calls;
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        used += readings[i].config_count;
    calls = ARENA_NEW(scratch, struct kube_call, used);
    for (size_t i = used = 0; i < count; i++)
        used += ask_mesh_configs(&calls[used], &readings[i], scratch);
    kube_all(calls, used, scratch);
    for (size_t i = 0; i < count; i++)
        join_istiods(&readings[i], scratch);
}

void cluster_read(struct cluster_facts *facts, size_t count, struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct reading *readings = ARENA_NEW(scratch, struct reading, count);
    struct shared_want *wants = ARENA_NEW(scratch, struct shared_want, count);

    for (size_t i = 0; i < count; i++) {
        readings[i] = (struct reading){ .facts = &facts[i], .arena = arena };
        begin_reading(&readings[i]);
        wants[i] = readings[i].want;
    }
    shared_read_fetch(wants, count);
    for (size_t i = 0; i < count; i++)
        end_reading(&readings[i]);
    read_other_sources(readings, count, scratch);
    read_mesh_configs(readings, count, scratch);
}
