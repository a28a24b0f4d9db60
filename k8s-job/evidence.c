/* evidence.c - reads istio-ca-root-cert of every namespace and the Deployment of istiod. */
#include "k8s-job/evidence.h"

#include "base/hash.h"
#include "k8s-job/objects.h"

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

/* In the one form that PEM has for these bytes (RFC 7468): lines of 64, whatever came. */
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

static size_t sort_unique(const char **texts, size_t count)
{
    size_t used = 0;

    if (count)
        qsort(texts, count, sizeof *texts, text_compare);
    for (size_t i = 0; i < count; i++)
        if (used == 0 || strcmp(texts[used - 1], texts[i]) != 0)
            texts[used++] = texts[i];
    return used;
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

const char **pem_fingerprints(const char *pem, size_t *count, struct arena *arena)
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

void evidence_add_map(struct cluster_facts *facts, const struct node *config_map,
                      struct arena *arena)
{
    const char *pem = node_get(config_map, "data", "root-cert.pem", NULL);
    const char *namespace = node_get(config_map, "metadata", "namespace", NULL);
    struct root_bundle found = read_bundle(pem ? pem : "", arena);

    found.namespace = namespace ? namespace : "?";
    for (size_t i = 0; i < facts->bundle_count; i++)
        if (same_roots(&facts->bundles[i], found.roots, found.count)) {
            facts->bundles[i].namespaces++;
            return;
        }
    *ARENA_PUSH(arena, facts->bundles, facts->bundle_count) = found;
}

/* The lists of one cluster. */
enum { MAPS, DEPLOYMENTS, LISTS };

static void fail(struct cluster_facts *facts, const char *what, const struct err *err,
                 struct arena *arena)
{
    facts->known = false;
    facts->why = arena_printf(arena, "%s: %s", what, err->text);
}

/* The istiods of all clusters, and the question for the MeshConfig of each. */
struct istiods {
    struct istiod {
        struct cluster_facts *cluster;
        struct istiod_facts facts;
        struct kube_request request;
    } * items;
    size_t count;
};

static void add_istiod(struct istiods *istiods, struct cluster_facts *facts,
                       const struct node *deployment, struct arena *arena)
{
    *ARENA_PUSH(arena, istiods->items, istiods->count) = (struct istiod){
        .cluster = facts,
        .facts = evidence_istiod(deployment, arena),
        .request = { .method = "GET",
                     .path = arena_printf(
                         arena, "/api/v1/namespaces/%s/configmaps/%s",
                         kube_escape(facts->namespace, arena),
                         kube_escape(evidence_mesh_config(deployment, arena), arena)) },
    };
}

static void digest(struct cluster_facts *facts, struct istiods *istiods,
                   struct kube_list_reader *readers, struct arena *arena)
{
    struct kube_list maps, deployments;
    struct err err;

    if (list_end(&maps, &readers[MAPS], &err) < 0) {
        fail(facts, "ConfigMaps " ROOT_MAP, &err, arena);
        return;
    }
    if (list_end(&deployments, &readers[DEPLOYMENTS], &err) < 0) {
        fail(facts, "Deployment of istiod", &err, arena);
        return;
    }
    facts->known = true;
    facts->at = readers[MAPS].call.answer.server_time;
    for (size_t i = 0; i < maps.count; i++)
        evidence_add_map(facts, maps.items[i].node, arena);
    for (size_t i = 0; i < deployments.count; i++)
        add_istiod(istiods, facts, deployments.items[i].node, arena);
}

/* What cannot be read is not there: the facts are good without it. */
static void read_mesh_configs(struct istiods *istiods, struct arena *arena)
{
    struct kube_call *calls = ARENA_NEW(arena, struct kube_call, istiods->count);

    for (size_t i = 0; i < istiods->count; i++)
        calls[i] = (struct kube_call){ .kube = istiods->items[i].cluster->kube,
                                       .request = istiods->items[i].request };
    kube_all(calls, istiods->count, arena);
    for (size_t i = 0; i < istiods->count; i++) {
        struct istiod *istiod = &istiods->items[i];

        istiod->facts.xds_agent = calls[i].err.kind == ERR_NONE && calls[i].answer.status == 200
                                  && evidence_xds_agent(calls[i].answer.body, arena);
        evidence_join_istiod(&istiod->cluster->istiod, &istiod->facts, arena);
    }
}

void evidence_read(struct cluster_facts *facts, size_t count, struct arena *arena)
{
    struct kube_list_reader *readers = ARENA_NEW(arena, struct kube_list_reader, LISTS * count);
    struct istiods istiods = { 0 };

    for (size_t i = 0; i < count; i++) {
        facts[i].known = false;
        facts[i].why = "";
        facts[i].bundles = NULL;
        facts[i].bundle_count = 0;
        facts[i].istiod = (struct istiod_facts){ .version = "", .restarted = "" };
        list_begin(&readers[LISTS * i + MAPS], facts[i].kube,
                   "/api/v1/configmaps?fieldSelector=metadata.name%3D" ROOT_MAP, arena);
        list_begin(&readers[LISTS * i + DEPLOYMENTS], facts[i].kube,
                   arena_printf(
                       arena, "/apis/apps/v1/namespaces/%s/deployments?labelSelector=app%%3Distiod",
                       kube_escape(facts[i].namespace, arena)),
                   arena);
    }
    list_all(readers, LISTS * count, arena);
    for (size_t i = 0; i < count; i++)
        digest(&facts[i], &istiods, &readers[LISTS * i], arena);
    read_mesh_configs(&istiods, arena);
}

bool evidence_has_roots(const struct cluster_facts *facts, const char *const *roots, size_t count)
{
    AUTO(arena_free) struct arena *scratch = arena_new();
    const char **sorted = ARENA_NEW(scratch, const char *, count + 1);

    for (size_t i = 0; i < count; i++)
        sorted[i] = roots[i];
    count = sort_unique(sorted, count);
    for (size_t i = 0; i < facts->bundle_count; i++)
        if (!same_roots(&facts->bundles[i], sorted, count))
            return false;
    return facts->known && facts->bundle_count > 0 && count > 0;
}
