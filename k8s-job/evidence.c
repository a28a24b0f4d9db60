/* evidence.c - reads istio-ca-root-cert of every namespace and the Deployment of istiod. */
#include "k8s-job/evidence.h"

#include "base/hash.h"
#include "k8s-job/objects.h"

#include <stdlib.h>
#include <string.h>

#define ROOT_MAP "istio-ca-root-cert"
#define BEGIN_CERTIFICATE "-----BEGIN CERTIFICATE-----"
#define END_CERTIFICATE "-----END CERTIFICATE-----"

/* The hex digest of one certificate's DER; NULL: its base64 is broken. */
static const char *fingerprint(const char *base64, size_t len, struct arena *arena)
{
    AUTO_TEXT packed = { 0 };
    AUTO_TEXT der = { 0 };
    char hex[65];

    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", base64[i]))
            text_addc(&packed, base64[i]);
    if (packed.len == 0 || !base64_decode(&der, packed.bytes, packed.len) || der.len == 0)
        return NULL;
    sha256_hex(hex, der.bytes, der.len);
    return arena_text(arena, hex);
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

const char **pem_fingerprints(const char *pem, size_t *count, struct arena *arena)
{
    const char **out = NULL, *begin = pem, *end;

    *count = 0;
    while ((begin = strstr(begin, BEGIN_CERTIFICATE))) {
        const char *digest;

        begin += strlen(BEGIN_CERTIFICATE);
        end = strstr(begin, END_CERTIFICATE);
        if (!end)
            break;
        digest = fingerprint(begin, (size_t)(end - begin), arena);
        if (digest)
            *ARENA_PUSH(arena, out, *count) = digest;
        begin = end;
    }
    *count = sort_unique(out, *count);
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
    struct root_bundle found = { .namespaces = 1, .namespace = namespace ? namespace : "?" };

    found.roots = pem_fingerprints(pem ? pem : "", &found.count, arena);
    for (size_t i = 0; i < facts->bundle_count; i++)
        if (same_roots(&facts->bundles[i], found.roots, found.count)) {
            facts->bundles[i].namespaces++;
            return;
        }
    *ARENA_PUSH(arena, facts->bundles, facts->bundle_count) = found;
}

/* "docker.io/istio/pilot:1.24.1-distroless@sha256:..." -> "1.24.1-distroless" */
static const char *image_tag(const char *image, struct arena *arena)
{
    size_t len = strcspn(image, "@");
    const char *name = arena_bytes(arena, image, len), *slash = strrchr(name, '/');
    const char *colon = strchr(slash ? slash : name, ':');

    return colon ? colon + 1 : "";
}

static bool is_true(const char *text)
{
    return text_equal(text, "true") || text_equal(text, "TRUE") || text_equal(text, "1");
}

static void read_container(struct istiod_facts *out, const struct node *container,
                           struct arena *arena)
{
    const char *image = node_get(container, "image", NULL);
    const struct node *env = node_find(container, "env");

    out->version = image ? image_tag(image, arena) : "";
    for (const struct node *item = env && env->kind == NODE_LIST ? env->first : NULL; item;
         item = item->next)
        if (text_equal(node_get(item, "name", NULL), "ISTIO_MULTIROOT_MESH"))
            out->multi_root = is_true(node_get(item, "value", NULL));
}

static int64_t counted(const struct node *map, const char *key, int64_t fallback)
{
    const char *text = node_get(map, key, NULL);
    int64_t value;

    return text && parse_int(text, 0, INT32_MAX, &value) ? value : fallback;
}

/* docs/kubernetes.md */
static bool rolled_out(const struct node *deployment)
{
    const struct node *status = node_find(deployment, "status"),
                      *spec = node_find(deployment, "spec");
    int64_t wanted = counted(spec, "replicas", 1), updated = counted(status, "updatedReplicas", 0);

    return counted(status, "observedGeneration", 0)
               >= counted(node_find(deployment, "metadata"), "generation", 0)
           && updated >= wanted && counted(status, "replicas", 0) == updated
           && counted(status, "availableReplicas", 0) == updated;
}

struct istiod_facts evidence_istiod(const struct node *deployment, struct arena *arena)
{
    const struct node *template = node_find(node_find(deployment, "spec"), "template");
    const struct node *containers = node_find(node_find(template, "spec"), "containers");
    const struct node *container =
        containers && containers->kind == NODE_LIST ? containers->first : NULL;
    const char *epoch = node_get(template, "metadata", "annotations", "weft.dev/trust-epoch", NULL);
    struct istiod_facts out = { .found = true, .version = "", .restarted = epoch ? epoch : "" };

    while (container && !text_equal(node_get(container, "name", NULL), "discovery")
           && container->next)
        container = container->next;
    if (container)
        read_container(&out, container, arena);
    out.rolled_out = rolled_out(deployment);
    return out;
}

/* The lists of one cluster. */
enum { MAPS, DEPLOYMENTS, LISTS };

static void fail(struct cluster_facts *facts, const char *what, const struct err *err,
                 struct arena *arena)
{
    facts->known = false;
    facts->why = arena_printf(arena, "%s: %s", what, err->text);
}

static void digest(struct cluster_facts *facts, struct kube_list_reader *readers,
                   struct arena *arena)
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
    if (deployments.count)
        facts->istiod = evidence_istiod(deployments.items[0].node, arena);
}

void evidence_read(struct cluster_facts *facts, size_t count, struct arena *arena)
{
    struct kube_list_reader *readers = ARENA_NEW(arena, struct kube_list_reader, LISTS * count);

    for (size_t i = 0; i < count; i++) {
        facts[i].known = false;
        facts[i].why = "";
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
        digest(&facts[i], &readers[LISTS * i], arena);
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
