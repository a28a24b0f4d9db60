/* k8s-job/observe/cluster.c - reads istio-ca-root-cert of every namespace and the Deployment of
 * istiod. Keeps only what differs between namespaces. */
#include "k8s-job/observe/cluster.h"
#include "base/base64.h"
#include "base/http_url.h"
#include "k8s-job/client/scheduler.h"
#include "k8s-job/observe/istiod.h"

#include "base/digest.h"
#include "k8s-job/client/objects.h"

#include <stdlib.h>
#include <string.h>

#define ROOT_MAP "istio-ca-root-cert"
#define BEGIN_CERTIFICATE "-----BEGIN CERTIFICATE-----"
#define END_CERTIFICATE "-----END CERTIFICATE-----"

/* One certificate of a bundle. */
struct cert {
    const char *digest; /* first: sorted by it */
    const char *pem;
};

/* The strict PEM form of these bytes (RFC 7468, section 3): lines of 64. */
static const char *pem_of(const char *packed, size_t len, struct arena *arena)
{
    AUTO_TEXT out = { 0 };

    text_adds(&out, BEGIN_CERTIFICATE "\n");
    for (size_t at = 0; at < len; at += 64) {
        text_add(&out, packed + at, len - at < 64 ? len - at : 64);
        text_addc(&out, '\n');
    }
    text_adds(&out, END_CERTIFICATE "\n");
    return arena_bytes(arena, out.bytes, out.len);
}

/* False: its base64 is broken. */
static bool read_cert(struct cert *out, const char *base64, size_t len, struct arena *arena)
{
    AUTO_TEXT packed = { 0 };
    AUTO_TEXT der = { 0 };
    char hex[65];

    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", base64[i]))
            text_addc(&packed, base64[i]);
    if (packed.len == 0 || !base64_decode(&der, packed.bytes, packed.len) || der.len == 0)
        return false;
    sha256_hex(hex, der.bytes, der.len);
    *out = (struct cert){ arena_text(arena, hex), pem_of(packed.bytes, packed.len, arena) };
    return true;
}

static size_t sort_certs(struct cert *certs, size_t count)
{
    size_t used = 0;

    if (count)
        qsort(certs, count, sizeof *certs, text_compare);
    for (size_t i = 0; i < count; i++)
        if (used == 0 || strcmp(certs[used - 1].digest, certs[i].digest) != 0)
            certs[used++] = certs[i];
    return used;
}

/* Each certificate of the text once, sorted by digest. */
static struct cert *read_certs(const char *pem, size_t *count, struct arena *arena)
{
    struct cert *out = NULL, one;
    const char *begin = pem, *end;

    *count = 0;
    while ((begin = strstr(begin, BEGIN_CERTIFICATE))) {
        begin += strlen(BEGIN_CERTIFICATE);
        end = strstr(begin, END_CERTIFICATE);
        if (!end)
            break;
        if (read_cert(&one, begin, (size_t)(end - begin), arena))
            *ARENA_PUSH(arena, out, *count) = one;
        begin = end;
    }
    *count = sort_certs(out, *count);
    return out;
}

const char **cluster_pem_fingerprints(const char *pem, size_t *count, struct arena *arena)
{
    struct cert *certs = read_certs(pem, count, arena);
    const char **out = ARENA_NEW(arena, const char *, *count);

    for (size_t i = 0; i < *count; i++)
        out[i] = certs[i].digest;
    return out;
}

static struct root_bundle read_bundle(const char *pem, struct arena *arena)
{
    struct root_bundle out = { .namespaces = 1 };
    struct cert *certs = read_certs(pem, &out.count, arena);

    out.roots = ARENA_NEW(arena, const char *, out.count);
    out.pems = ARENA_NEW(arena, const char *, out.count);
    for (size_t i = 0; i < out.count; i++) {
        out.roots[i] = certs[i].digest;
        out.pems[i] = certs[i].pem;
    }
    return out;
}

static bool same_roots(const struct root_bundle *bundle, const char *const *roots, size_t count)
{
    if (bundle->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(bundle->roots[i], roots[i]) != 0)
            return false;
    return true;
}

/* A copy in arena: found is in scratch memory. */
static struct root_bundle keep_bundle(const struct root_bundle *found, const char *namespace,
                                      struct arena *arena)
{
    struct root_bundle out = *found;

    out.namespace = arena_text(arena, namespace ? namespace : "?");
    out.roots = ARENA_NEW(arena, const char *, out.count);
    out.pems = ARENA_NEW(arena, const char *, out.count);
    for (size_t i = 0; i < out.count; i++) {
        out.roots[i] = arena_text(arena, found->roots[i]);
        out.pems[i] = arena_text(arena, found->pems[i]);
    }
    return out;
}

void cluster_add_map(struct cluster_facts *facts, const struct node *config_map,
                     struct arena *arena)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const char *pem = node_get(config_map, "data", "root-cert.pem", NULL);
    const char *namespace = node_get(config_map, "metadata", "namespace", NULL);
    struct root_bundle found = read_bundle(pem ? pem : "", scratch);

    for (size_t i = 0; i < facts->bundle_count; i++)
        if (same_roots(&facts->bundles[i], found.roots, found.count)) {
            facts->bundles[i].namespaces++;
            return;
        }
    *ARENA_PUSH(arena, facts->bundles, facts->bundle_count) = keep_bundle(&found, namespace, arena);
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
        return "grant list of the ConfigMaps " ROOT_MAP " of all namespaces";
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
    size_t count, seen;  /* kept, and in all */
    struct mesh_config { /* a ConfigMap with a MeshConfig; several istiods may share one */
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

static void take_map(void *context, const struct node *config_map)
{
    struct reading *reading = context;

    if (config_map) {
        cluster_add_map(reading->facts, config_map, reading->arena);
        return;
    }
    reading->facts->bundles = NULL;
    reading->facts->bundle_count = 0;
}

static void take_istiod(void *context, const struct node *deployment)
{
    struct reading *reading = context;
    struct arena *arena = reading->arena;

    if (!deployment)
        reading->count = reading->seen = reading->config_count = 0;
    else if (++reading->seen <= ISTIODS_MAX)
        *ARENA_PUSH(arena, reading->istiods, reading->count) =
            (struct istiod){ istiod_evidence(deployment, arena),
                             config_of(reading, istiod_mesh_config(deployment, arena)) };
}

static void begin_reading(struct reading *reading, struct kube_list_reader *readers,
                          struct arena *scratch)
{
    struct cluster_facts *facts = reading->facts;

    facts->known = false;
    facts->why = "";
    facts->refused = NULL;
    facts->bundles = NULL;
    facts->bundle_count = 0;
    facts->istiod = (struct istiod_facts){ .version = "", .restarted = "" };
    objects_list_begin(&readers[MAPS], facts->kube, "ConfigMap",
                       "/api/v1/configmaps?fieldSelector=metadata.name%3D" ROOT_MAP, scratch);
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
        [MAPS] = "ConfigMaps " ROOT_MAP, [DEPLOYMENTS] = "Deployment of istiod"
    };
    struct cluster_facts *facts = reading->facts;
    struct kube_list empty;
    struct err err;

    facts->known = true;
    for (int i = 0; i < LISTS && facts->known; i++)
        if (objects_list_end(&empty, &readers[i], &err) < 0) {
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
    if (facts->known) {
        facts->at = readers[MAPS].call.answer.server_time;
        return;
    }
    facts->bundles = NULL;
    facts->bundle_count = 0;
    reading->count = reading->config_count = 0;
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
    read_mesh_configs(readings, count, scratch);
}
