/* k8s-job/observe/root_source.c - where an istiod publishes its roots.  Pure but for texts.
 * The sidecar mounts what the charts name, so the same names are read here: with trustBundleName a
 * ClusterTrustBundle has that in place of "root-cert" after the signer's name.  A ConfigMap of the
 * former name stays behind when it is renamed, with roots of that day, and proves nothing. */
#include "k8s-job/observe/root_source.h"

#include "base/decode_value.h"
#include "base/http_url.h"
#include "k8s-job/observe/istiod.h"
#include <string.h>

/* NULL: not set, or not written there. */
static const char *variable(const struct node *deployment, const char *name)
{
    const struct node *env = node_find(istiod_container(deployment), "env");
    const struct node *item = env && env->kind == NODE_LIST ? env->first : NULL;

    while (item && !text_equal(node_get(item, "name", NULL), name))
        item = item->next;
    return item ? node_get(item, "value", NULL) : NULL;
}

struct root_source root_source_of(const struct node *deployment, struct arena *arena)
{
    const char *given = variable(deployment, "PILOT_CA_CERT_CONFIGMAP");
    const char *flag = variable(deployment, "ENABLE_CLUSTER_TRUST_BUNDLE_API");
    const char *name = text_empty(given) ? NULL : arena_text(arena, given);

    if (text_equal(flag, "true"))
        return (struct root_source){
            arena_printf(arena, ROOT_SOURCE_SIGNER "%s", name ? name : "root-cert"), true
        };
    return (struct root_source){ name ? name : ROOT_SOURCE_MAP, false };
}

bool root_source_equal(const struct root_source *a, const struct root_source *b)
{
    return a->trust_bundle == b->trust_bundle && text_equal(a->name, b->name);
}

const struct root_source root_source_usual = { ROOT_SOURCE_MAP, false };

void root_source_add(struct root_sources *sources, const struct node *deployment,
                     struct arena *arena)
{
    const struct root_source source = root_source_of(deployment, arena);

    for (size_t i = 0; i < sources->count; i++)
        if (root_source_equal(&sources->list[i], &source))
            return;
    *ARENA_PUSH(arena, sources->list, sources->count) = source;
}

bool root_source_includes_usual(const struct root_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++)
        if (root_source_equal(&sources->list[i], &root_source_usual))
            return true;
    return sources->count == 0;
}

const char *root_source_pem(const struct root_source *source, const struct node *object)
{
    const char *pem = source->trust_bundle ? node_get(object, "spec", "trustBundle", NULL)
                                           : node_get(object, "data", "root-cert.pem", NULL);

    return pem ? pem : "";
}

void root_source_begin(struct kube_list_reader *reader, const struct root_source *source,
                       struct kube *kube, bool beta, struct arena *arena)
{
    const char *path = !source->trust_bundle ? "/api/v1/configmaps"
                       : beta ? "/apis/certificates.k8s.io/v1beta1/clustertrustbundles"
                              : "/apis/certificates.k8s.io/v1/clustertrustbundles";

    objects_list_begin(reader, kube, source->trust_bundle ? "ClusterTrustBundle" : "ConfigMap",
                       arena_printf(arena, "%s?fieldSelector=metadata.name%%3D%s", path,
                                    http_url_escape(source->name, arena)),
                       arena);
}

const char *root_source_text(const struct root_source *source, struct arena *arena)
{
    return arena_printf(arena, "%s %s", source->trust_bundle ? "ClusterTrustBundle" : "ConfigMaps",
                        source->name);
}

const char *root_source_grant(const struct root_source *source, struct arena *arena)
{
    return arena_printf(arena,
                        source->trust_bundle
                            ? "grant list of the ClusterTrustBundle %s (certificates.k8s.io)"
                            : "grant list of the ConfigMaps %s of all namespaces",
                        source->name);
}
