/* k8s-job/observe/cluster.c - reads the roots that istiod publishes and the Deployment of istiod.
 * Keeps only what differs between namespaces.  The usual ConfigMaps are asked for together with the
 * Deployments; where these say that roots are published elsewhere, that is read afterwards and the
 * usual ConfigMaps count for nothing. */
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
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct root_bundle found = root_bundle_read(pem ? pem : "", scratch);

    for (size_t i = 0; i < facts->bundle_count; i++)
        if (text_equal(facts->bundles[i].source, source)
            && root_bundle_has(&facts->bundles[i], found.roots, found.count)) {
            facts->bundles[i].namespaces++;
            return;
        }
    *ARENA_PUSH(arena, facts->bundles, facts->bundle_count) =
        root_bundle_keep(&found, namespace ? namespace : "?", source, arena);
}

void cluster_add_map(struct cluster_facts *facts, const struct node *config_map,
                     struct arena *arena)
{
    add_roots(facts, node_get(config_map, "data", "root-cert.pem", NULL),
              node_get(config_map, "metadata", "namespace", NULL), NULL, arena);
}

/* An object of a source that is not the usual one. */
static void add_object(struct cluster_facts *facts, const struct root_source *source,
                       const struct node *object, struct arena *arena)
{
    const char *pem = root_source_pem(source, object);

    if (source->trust_bundle)
        add_roots(facts, pem, "", root_source_text(source, arena), arena);
    else
        add_roots(facts, pem, node_get(object, "metadata", "namespace", NULL), source->name, arena);
}

/* The lists of one cluster. */
enum { MAPS, DEPLOYMENTS, LISTS };

static void set_unknown(struct cluster_facts *facts, const char *what, const struct err *err,
                        struct arena *arena)
{
    facts->known = false;
    facts->why = arena_printf(arena, "%s: %s", what, err->text);
}

/* What a server that denies access requires; NULL: it did not deny access. */
static const char *refusal(const struct cluster_facts *facts, int list, const struct err *err,
                           struct arena *arena)
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

/* What is kept of one cluster while its lists are read, item by item. */
struct reading {
    struct cluster_facts *facts;
    struct arena *arena; /* of the facts */
    struct istiod {
        struct istiod_facts facts;
        struct mesh_config *config;
    } * istiods;
    size_t count, seen;          /* kept, and in all */
    struct root_sources sources; /* where they publish roots */
    struct mesh_config {         /* a ConfigMap with a MeshConfig; several istiods may share one */
        const char *name;
        const struct kube_call *call;
        struct istiod_facts says; /* what istiod_read_mesh_config found in it */
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

static void take_map(void *context, const struct node *config_map)
{
    struct reading *reading = context;

    if (config_map)
        cluster_add_map(reading->facts, config_map, reading->arena);
    else
        forget_bundles(reading->facts);
}

static void take_istiod(void *context, const struct node *deployment)
{
    struct reading *reading = context;
    struct arena *arena = reading->arena;

    if (!deployment)
        reading->count = reading->seen = reading->config_count = reading->sources.count = 0;
    else if (++reading->seen <= ISTIODS_MAX) {
        *ARENA_PUSH(arena, reading->istiods, reading->count) =
            (struct istiod){ istiod_evidence(deployment, arena),
                             config_of(reading, istiod_mesh_config(deployment, arena)) };
        root_source_add(&reading->sources, deployment, arena);
    }
}

static void begin_reading(struct reading *reading, struct kube_list_reader *readers,
                          struct arena *scratch)
{
    struct cluster_facts *facts = reading->facts;

    facts->known = false;
    facts->why = "";
    facts->refused = NULL;
    forget_bundles(facts);
    facts->istiod = (struct istiod_facts){ .version = "", .restarted = "" };
    root_source_begin(&readers[MAPS], &root_source_usual, facts->kube, scratch);
    objects_list_begin(
        &readers[DEPLOYMENTS], facts->kube, "Deployment",
        arena_printf(scratch, "/apis/apps/v1/namespaces/%s/deployments?labelSelector=app%%3Distiod",
                     http_url_escape(facts->namespace, scratch)),
        scratch);
    readers[MAPS].each = take_map;
    readers[DEPLOYMENTS].each = take_istiod;
    readers[MAPS].context = readers[DEPLOYMENTS].context = reading;
}

/* A list that could not be read completely makes the whole cluster unknown. */
static void end_reading(struct reading *reading, struct kube_list_reader *readers)
{
    static const char *const names[LISTS] = {
        [MAPS] = "ConfigMaps " ROOT_SOURCE_MAP, [DEPLOYMENTS] = "Deployment of istiod"
    };
    struct cluster_facts *facts = reading->facts;
    struct kube_list empty;
    struct err err;

    facts->known = true;
    for (int i = LISTS - 1; i >= 0 && facts->known; i--)
        if (objects_list_end(&empty, &readers[i], &err) < 0
            && (i != MAPS || root_source_includes_usual(&reading->sources))) {
            set_unknown(facts, names[i], &err, reading->arena);
            facts->refused = refusal(facts, i, &err, reading->arena);
        }
    if (facts->known && reading->seen > ISTIODS_MAX) {
        facts->known = false;
        facts->why = arena_printf(reading->arena,
                                  "%zu Deployments in namespace %s have the label app=istiod, more "
                                  "than %d: remove the label from what is no istiod",
                                  reading->seen, facts->namespace, ISTIODS_MAX);
    }
    if (facts->known)
        facts->at = readers[DEPLOYMENTS].call.answer.server_time;
    if (!facts->known || !root_source_includes_usual(&reading->sources))
        forget_bundles(facts);
    if (!facts->known)
        reading->count = reading->config_count = reading->sources.count = 0;
}

/* --- roots that are published elsewhere --- */

struct other_source {
    struct reading *reading;
    const struct root_source *source;
    size_t seen; /* its objects */
};

static void take_other(void *context, const struct node *object)
{
    struct other_source *other = context;
    struct reading *reading = other->reading;

    if (!object) {
        other->seen = 0; /* what it had added is checked with everything else, which is stricter */
        return;
    }
    other->seen++;
    add_object(reading->facts, other->source, object, reading->arena);
}

static void end_other(struct other_source *other, struct kube_list_reader *reader)
{
    struct cluster_facts *facts = other->reading->facts;
    struct arena *arena = other->reading->arena;
    const char *text = root_source_text(other->source, arena);
    struct err err = { .kind = ERR_NONE };
    struct kube_list empty;

    if (objects_list_end(&empty, reader, &err) == 0 && other->seen)
        return;
    facts->known = false;
    if (err.kind != ERR_NONE) {
        set_unknown(facts, text, &err, arena);
        facts->refused = err.kind == ERR_KUBE && err.code == 403
                             ? root_source_grant(other->source, arena)
                             : NULL;
    } else {
        facts->why =
            arena_printf(arena, "istiod publishes its roots in %s, and there is none", text);
    }
    forget_bundles(facts);
}

/* Lists that are asked for side by side. */
struct other_sources {
    struct other_source *items;
    struct kube_list_reader *readers; /* parallel */
    size_t count;
};

static void ask_other_sources(struct other_sources *out, struct reading *reading,
                              struct arena *scratch)
{
    for (size_t i = 0; i < reading->sources.count; i++) {
        const struct root_source *source = &reading->sources.list[i];
        struct kube_list_reader *reader = &out->readers[out->count];

        if (root_source_equal(source, &root_source_usual))
            continue;
        out->items[out->count] = (struct other_source){ reading, source, 0 };
        root_source_begin(reader, source, reading->facts->kube, scratch);
        reader->each = take_other;
        reader->context = &out->items[out->count++];
    }
}

static void read_other_sources(struct reading *readings, size_t count, struct arena *scratch)
{
    struct other_sources others = { .count = 0 };
    size_t room = 0;

    for (size_t i = 0; i < count; i++)
        room += readings[i].sources.count;
    others.items = ARENA_NEW(scratch, struct other_source, room);
    others.readers = ARENA_NEW(scratch, struct kube_list_reader, room);
    for (size_t i = 0; i < count; i++)
        ask_other_sources(&others, &readings[i], scratch);
    objects_list_all(others.readers, others.count, scratch);
    for (size_t i = 0; i < others.count; i++)
        end_other(&others.items[i], &others.readers[i]);
}

static void ask_mesh_configs(struct kube_call *calls, const struct reading *reading,
                             struct arena *scratch)
{
    const char *namespace = http_url_escape(reading->facts->namespace, scratch);

    for (size_t i = 0; i < reading->config_count; i++) {
        struct mesh_config *config = reading->configs[i];

        config->call = &calls[i];
        calls[i] = (struct kube_call){
            .kube = reading->facts->kube,
            .request = { .method = "GET",
                         .path = arena_printf(scratch, "/api/v1/namespaces/%s/configmaps/%s",
                                              namespace, http_url_escape(config->name, scratch)),
                         .kind = "ConfigMap",
                         .name = config->name },
        };
    }
}

static void join_istiods(struct reading *reading, struct arena *scratch)
{
    for (size_t i = 0; i < reading->config_count; i++) {
        const struct kube_call *call = reading->configs[i]->call;

        if (call->err.kind == ERR_NONE && call->answer.status == 200)
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
    for (size_t i = used = 0; i < count; used += readings[i++].config_count)
        ask_mesh_configs(&calls[used], &readings[i], scratch);
    kube_all(calls, used, scratch);
    for (size_t i = 0; i < count; i++)
        join_istiods(&readings[i], scratch);
}

void cluster_read(struct cluster_facts *facts, size_t count, struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    struct kube_list_reader *readers = ARENA_NEW(scratch, struct kube_list_reader, LISTS * count);
    struct reading *readings = ARENA_NEW(scratch, struct reading, count);

    for (size_t i = 0; i < count; i++) {
        readings[i] = (struct reading){ .facts = &facts[i], .arena = arena };
        begin_reading(&readings[i], &readers[LISTS * i], scratch);
    }
    objects_list_all(readers, LISTS * count, scratch);
    for (size_t i = 0; i < count; i++)
        end_reading(&readings[i], &readers[LISTS * i]);
    read_other_sources(readings, count, scratch);
    read_mesh_configs(readings, count, scratch);
}
