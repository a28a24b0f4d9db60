/* k8s-job/access/rights.c - the table of rights, and what a cluster's names make of it.
 * Every row must be exactly what a request of that feature needs: a row that nothing uses is access
 * that a thief of the token has, too. */
#include "k8s-job/access/rights.h"
#include "base/compiler.h"
#include "base/text.h"
#include "base/words.h"

#include <string.h>

static const char *const names[] = { [FEATURE_DISCOVERY] = "discovery",
                                     [FEATURE_EVIDENCE] = "evidence",
                                     [FEATURE_DIRECT] = "direct",
                                     [FEATURE_RESTART] = "restart",
                                     [FEATURE_WORKLOADS] = "workloads" };
const struct enum_table feature_names = ENUM_TABLE(names);

#define RENAMED                                                                                    \
    " With another global.trustBundleName of istiod's chart write that name in place of this one."
#define BY_NAME                                                                                    \
    "A list with fieldSelector=metadata.name passes a rule with that resourceName: no other "      \
    "ConfigMap can be read."

/* clang-format off */
static const struct right table[] = {
    { "discover", FEATURE(DISCOVERY), RIGHT_CLUSTER, "", "namespaces", NULL, "list", .comment = NULL },
    { "discover", FEATURE(DISCOVERY), RIGHT_LISTED, "", "services", NULL, "list", .comment = NULL },
    { "discover", FEATURE(DISCOVERY), RIGHT_LISTED, "apps", "deployments daemonsets statefulsets", NULL, "list", .comment = NULL },
    { "discover", FEATURE(DISCOVERY), RIGHT_CLUSTER, "admissionregistration.k8s.io", "mutatingwebhookconfigurations", NULL, "list", .comment = NULL },
    { "discover", FEATURE(DISCOVERY), RIGHT_LISTED, "discovery.k8s.io", "endpointslices", NULL, "list", .optional = true,
      .comment = "Services whose targetPort is a name; NodePort gateways with externalTrafficPolicy: Local; podAddresses:" },
    { "discover", FEATURE(DISCOVERY), RIGHT_CLUSTER, "", "nodes", NULL, "list", .optional = true,
      .comment = "East-west gateways of type NodePort; podAddresses:" },
    { "discover", FEATURE(DISCOVERY), RIGHT_LISTED, "gateway.networking.k8s.io", "gateways", NULL, "list", .optional = true,
      .comment = "Gateways that Istio manages for the Gateway API:" },
    { "discover", FEATURE(DISCOVERY), RIGHT_LISTED, "multicluster.x-k8s.io", "serviceexports", NULL, "list", .optional = true,
      .comment = "discovery.serviceExports in weft.yaml:" },
    { "discover", FEATURE(DISCOVERY), RIGHT_ISTIO, "", "configmaps", NULL, "list", .objects = RIGHT_MESH_CONFIGS,
      .comment = BY_NAME " Add istio-<revision> before you install a revision." },
    { "evidence", FEATURE(EVIDENCE) | FEATURE(RESTART), RIGHT_CLUSTER, "", "configmaps", "istio-ca-root-cert", "list", .objects = RIGHT_ROOT_MAPS, .comment = BY_NAME RENAMED },
    { "evidence", FEATURE(EVIDENCE) | FEATURE(RESTART), RIGHT_CLUSTER, "certificates.k8s.io", "clustertrustbundles", "istio.io:istiod-ca:root-cert", "list",
      .objects = RIGHT_ROOT_BUNDLES, .optional = true, .comment = "Where istiod runs with ENABLE_CLUSTER_TRUST_BUNDLE_API, in place of the ConfigMaps:" },
    { "evidence", FEATURE(EVIDENCE), RIGHT_ISTIO, "apps", "deployments", NULL, "list", .comment = NULL },
    { "evidence", FEATURE(EVIDENCE), RIGHT_ISTIO, "", "configmaps", NULL, "get", .objects = RIGHT_MESH_CONFIGS,
      .comment = "Which metadata istiod gives to proxies; the name has the revision." },
    { "cacerts", FEATURE(DIRECT), RIGHT_ISTIO, "", "secrets", "cacerts", "get create patch",
      .comment = "create is limited to the name, too, because weft creates by server-side apply, at the Secret's own URL." },
    { "restart", FEATURE(RESTART), RIGHT_WORKLOADS, "apps", "deployments daemonsets statefulsets", NULL, "list patch", .comment = NULL },
    { "workloads", FEATURE(WORKLOADS), RIGHT_LISTED, "", "pods", NULL, "list", .comment = NULL },
};
/* clang-format on */

const struct right *rights_table(size_t *count)
{
    *count = LENGTH(table);
    return table;
}

static bool has_word(const char *text, const char *word)
{
    const size_t len = strlen(word);

    for (const char *at = text; at && (at = strstr(at, word)); at += len)
        if ((at == text || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
            return true;
    return false;
}

/* Optional rows are for kinds that many clusters lack: weft discovers without them and reports
 * what it could not read (I23). */
bool rights_wished(const struct right *right, const struct rights_wish *wish)
{
    return right->features & wish->features
           && (!right->optional || has_word(wish->optional, right->resources));
}

const char *const *rights_namespaces(const struct right *right, const struct rights_wish *wish,
                                     size_t *count, struct arena *arena)
{
    switch (right->scope) {
    case RIGHT_LISTED:
        if (wish->listed_count) {
            *count = wish->listed_count;
            return wish->listed;
        }
        break;
    case RIGHT_ISTIO:
        *count = wish->istio_count;
        return wish->istio_namespaces;
    case RIGHT_WORKLOADS:
        *count = wish->workload_count;
        return wish->workloads;
    case RIGHT_CLUSTER:
        break;
    }
    *count = 1;
    return ARENA_NEW(arena, const char *, 1);
}

const char *const *rights_names(const struct right *right, const struct rights_wish *wish,
                                size_t *count, struct arena *arena)
{
    const char *const *of = NULL;

    *count = 0;
    switch (right->objects) {
    case RIGHT_MESH_CONFIGS:
        *count = wish->config_count;
        return wish->mesh_configs;
    case RIGHT_ROOT_MAPS:
        *count = wish->root_map_count;
        of = wish->root_maps;
        break;
    case RIGHT_ROOT_BUNDLES:
        *count = wish->root_bundle_count;
        of = wish->root_bundles;
        break;
    case RIGHT_NAMED:
        break;
    }
    return *count ? of : words_split(right->names, " ", count, arena);
}

struct grants {
    struct grant *list;
    size_t count;
    struct arena *arena;
};

static void add_verbs(struct grants *out, struct grant grant)
{
    size_t count;
    const char *const *verbs = words_split(grant.right->verbs, " ", &count, out->arena);

    for (size_t i = 0; i < count; i++) {
        grant.verb = verbs[i];
        *ARENA_PUSH(out->arena, out->list, out->count) = grant;
    }
}

static void add_objects(struct grants *out, struct grant grant, const struct rights_wish *wish)
{
    size_t count, name_count;
    const char *const *resources = words_split(grant.right->resources, " ", &count, out->arena);
    const char *const *of = rights_names(grant.right, wish, &name_count, out->arena);

    for (size_t i = 0; i < count; i++) {
        grant.resource = resources[i];
        if (!name_count)
            add_verbs(out, grant);
        for (size_t k = 0; k < name_count; k++) {
            grant.name = of[k];
            add_verbs(out, grant);
        }
    }
}

/* One grant is one question to an API server: verb, resource, namespace and name. The same rows
 * make the manifests (rights_yaml.c), so what weft asks for and what it checks cannot differ. */
struct grant *rights_grants(const struct rights_wish *wish, size_t *count, struct arena *arena)
{
    struct grants out = { NULL, 0, arena };

    for (size_t i = 0; i < LENGTH(table); i++) {
        size_t where;
        const char *const *in;

        if (!rights_wished(&table[i], wish))
            continue;
        in = rights_namespaces(&table[i], wish, &where, arena);
        for (size_t k = 0; k < where; k++)
            add_objects(&out, (struct grant){ .right = &table[i], .namespace = in[k] }, wish);
    }
    *count = out.count;
    return out.list;
}

const char *rights_rule(const struct grant *grant, struct arena *arena)
{
    const char *quote = grant->name && strchr(grant->name, ':') ? "\"" : "";
    const char *of =
        grant->name ? arena_printf(arena, ", resourceNames: [%s%s%s]", quote, grant->name, quote)
                    : "";

    return arena_printf(arena, "{apiGroups: ['%s'], resources: [%s]%s, verbs: [%s]}",
                        grant->right->group, grant->resource, of, grant->verb);
}

const char *rights_features_text(uint32_t features, const char *separator, struct arena *arena)
{
    const char *out = "";

    for (int i = 0; i < FEATURE_COUNT; i++)
        if (features & (1u << i))
            out = arena_printf(arena, "%s%s%s", out, *out ? separator : "", names[i]);
    return out;
}

bool rights_features(uint32_t *features, const char **unknown, const char *text,
                     struct arena *arena)
{
    *features = 0;
    for (;;) {
        const size_t len = strcspn(text, ",");
        const char *name = arena_bytes(arena, text, len);
        int feature = FEATURE_COUNT;

        while (--feature >= 0 && !text_equal(names[feature], name))
            ;
        if (feature < 0) {
            *unknown = name;
            return false;
        }
        *features |= 1u << feature;
        if (!text[len])
            return true;
        text += len + 1;
    }
}
