/* tests/fuzz/fuzz_cluster.c - any bytes as what a cluster answers: no crash, and each root that is
 * found comes with the certificate that it is the digest of. */
#include "base/parse.h"
#include "base/parse_json.h"
#include "k8s-job/apply/cacerts_secret.h"
#include "k8s-job/apply/lease.h"
#include "k8s-job/apply/status_object.h"
#include "k8s-job/observe/cluster.h"
#include "k8s-job/observe/gitops.h"
#include "k8s-job/observe/istiod.h"
#include "k8s-job/observe/proxies.h"
#include "k8s-job/observe/root_source.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_bundle(const struct root_bundle *bundle, struct arena *arena)
{
    for (size_t i = 0; i < bundle->count; i++) {
        size_t count;
        const char **again = cluster_pem_fingerprints(bundle->pems[i], &count, arena);

        if (count != 1 || strcmp(again[0], bundle->roots[i]) != 0
            || (i > 0 && strcmp(bundle->roots[i - 1], bundle->roots[i]) >= 0))
            abort();
    }
}

static void read_map(const struct node *map, struct arena *arena)
{
    struct cluster_facts facts = { .known = true };

    cluster_add_map(&facts, map, arena);
    check_bundle(facts.bundles, arena);
    if (facts.bundles->count > 0
        && !observation_roots_equal(facts.bundles, facts.bundle_count,
                                    (const char *const *)facts.bundles->roots,
                                    facts.bundles->count))
        abort();
    istiod_read_mesh_config(&(struct istiod_facts){ 0 }, map, arena, arena);
}

/* What is judged of any pod has a name for its age and its need. */
static void read_pod(const struct node *object, struct arena *arena)
{
    const struct proxy_issuer issuer = { .namespace = "istio-system",
                                         .loading = PROXY_LOADING_SINCE,
                                         .since = 1795431600,
                                         .leaf_ttl = 86400,
                                         .now = 1795431600 };
    const struct root_source source = root_source_of(object, arena);
    struct proxy_verdict verdict;
    struct proxy proxy;

    if (!source.name || !root_source_pem(&source, object))
        abort();
    if (!proxies_take(&proxy, object, arena))
        return;
    verdict = proxy_judge(&proxy, &issuer);
    (void)enums_name(&proxy_ages, (int)verdict.age);
    (void)proxy_need_text(verdict.need);
    if ((verdict.age == PROXY_MAYBE) != (verdict.until != 0))
        abort();
    (void)proxy_belongs(&proxy, issuer.namespace);
}

static void read_object(const struct node *object, struct arena *arena)
{
    static const struct output_artifact artifact = { "east", "sha256:00", "0123" };
    const struct output_place place = { .url = "https://git.example.com/a/b",
                                        .branch = "rendered",
                                        .path = "",
                                        .cluster_before = "split/",
                                        .cluster_after = "",
                                        .artifacts = &artifact,
                                        .artifact_count = 1 };
    struct istiod_facts facts = istiod_evidence(object, arena), all = facts;
    struct applied_list list = { 0 };

    istiod_join_evidence(&all, &facts, arena);
    if (all.multi_root != facts.multi_root || strcmp(all.version, facts.version) != 0)
        abort();
    (void)istiod_mesh_config(object, arena);
    (void)cacerts_secret_foreign_owner(object, arena);
    (void)status_object_foreign_owner(object);
    (void)lease_look(object, "me", 1795431600);
    read_pod(object, arena);
    gitops_argo(&list, object, &place, arena);
    gitops_flux(&list, object, object, &place, arena);
    gitops_flux_artifact(&list, object, &place, arena);
}

/* The bytes as a bundle, and as an object. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    AUTO(arena_free) struct arena *arena = arena_new();
    struct node *map = node_map(arena), *data = node_set(map, "data", node_map(arena));
    const char *text = arena_bytes(arena, bytes, len);
    const struct node *object;
    struct err err;

    node_set_text(arena, data, "root-cert.pem", text);
    node_set_text(arena, data, "mesh", text);
    read_map(map, arena);
    if (parse_json(&object, (const char *)bytes, len, arena, &err) < 0)
        return 0;
    read_map(object, arena);
    read_object(object, arena);
    return 0;
}
